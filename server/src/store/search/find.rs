//! Reading the index: which runbooks have all words, and where.

use std::collections::HashMap;

use lastmile_protocol::Slug;

use super::expression::any;
use super::{Form, SearchIndex};
use crate::store::StoreError;

/// What a word counts in the place where it stands; each word counts in its best place.
const PLACES: [(&str, u32); 3] = [("headings", 3), ("names", 6), ("title", 8)];
/// What it counts anywhere else.
const ELSEWHERE: u32 = 1;

/// A runbook that has what is looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Which.
    pub slug: Slug,
    /// How well it fits by the places where the words stand; more is better.
    pub points: u32,
    /// How rare the words are, and how often they stand in it, among those of equal points; less is better.
    pub rank: f64,
}

impl SearchIndex {
    /// Runbooks that have a form of every word (or, if not `all`, of any), best first.
    ///
    /// # Errors
    /// If the index can't be read.
    pub async fn find(&self, words: &[Vec<Form>], all: bool) -> Result<Vec<Found>, StoreError> {
        let each: Vec<String> = words.iter().filter_map(|forms| any(forms)).collect();
        if each.is_empty() || (all && each.len() < words.len()) {
            return Ok(Vec::new());
        }
        let mut found = self.ranked(&each.join(if all { " AND " } else { " OR " })).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        for word in &each {
            let mut best: HashMap<i64, u32> = HashMap::new();
            if !all {
                best.extend(self.holding(word).await?.into_iter().map(|id| (id, ELSEWHERE)));
            }
            for (place, points) in PLACES {
                let ids = self.holding(&format!("{{{place}}} : {word}")).await?;
                best.extend(ids.into_iter().map(|id| (id, points)));
            }
            for (id, found) in &mut found {
                found.points += best.get(id).copied().unwrap_or(if all { ELSEWHERE } else { 0 });
            }
        }
        let mut found: Vec<Found> = found.into_values().collect();
        found.sort_by(|a, b| {
            b.points.cmp(&a.points).then(a.rank.total_cmp(&b.rank)).then_with(|| a.slug.cmp(&b.slug))
        });
        Ok(found)
    }

    /// Whether any runbook has one of the forms anywhere.
    ///
    /// # Errors
    /// If the index can't be read.
    pub async fn knows(&self, forms: &[Form]) -> Result<bool, StoreError> {
        let Some(word) = any(forms) else { return Ok(false) };
        let one: Option<i64> = sqlx::query_scalar("SELECT rowid FROM terms WHERE terms MATCH ? LIMIT 1")
            .bind(word)
            .fetch_optional(&self.read)
            .await?;
        Ok(one.is_some())
    }

    async fn ranked(&self, expression: &str) -> Result<HashMap<i64, Found>, StoreError> {
        // One row for all: passing on thousands of rows one by one takes longer than finding them.
        let all: String = sqlx::query_scalar(
            "WITH hits AS MATERIALIZED
               (SELECT rowid AS id, bm25(terms, 10, 8, 4, 2, 1) AS rank FROM terms WHERE terms MATCH ?)
             SELECT json_group_array(json_array(d.id, d.slug, hits.rank)) FROM hits JOIN documents d USING (id)",
        )
        .bind(expression)
        .fetch_one(&self.read)
        .await?;
        let all: Vec<(i64, Slug, f64)> = serde_json::from_str(&all)?;
        Ok(all.into_iter().map(|(id, slug, rank)| (id, Found { slug, points: 0, rank })).collect())
    }

    async fn holding(&self, expression: &str) -> Result<Vec<i64>, StoreError> {
        let ids: String = sqlx::query_scalar("SELECT json_group_array(rowid) FROM terms WHERE terms MATCH ?")
            .bind(expression)
            .fetch_one(&self.read)
            .await?;
        Ok(serde_json::from_str(&ids)?)
    }
}
