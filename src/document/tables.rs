//! Tables of markdown → a draft.

use lastmile_runbook::{Align, Inline};

use super::build::Builder;
use super::draft::{Kind, TABLE_FRAME};
use super::elements::align_class;

impl Builder<'_> {
    pub(super) fn table(&mut self, align: &[Align], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) {
        self.draft.open(TABLE_FRAME);
        self.draft.open(Kind::plain("table"));
        self.draft.open(Kind::plain("thead"));
        self.row(Kind::plain("th").with(&[("scope", "col")]), align, head);
        self.draft.close();
        self.draft.open(Kind::plain("tbody"));
        for row in rows {
            self.row(Kind::plain("td"), align, row);
        }
        self.draft.close();
        self.draft.close();
        self.draft.close();
    }

    fn row(&mut self, kind: Kind, align: &[Align], cells: &[Vec<Inline>]) {
        self.draft.open(Kind::plain("tr"));
        for (cell, align) in cells.iter().zip(align) {
            self.with_text(Kind { class: align_class(*align), ..kind }, cell);
        }
        self.draft.close();
    }
}
