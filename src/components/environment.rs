//! The label of a target's environment.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// Whether an environment's label says that customers are on it.
#[must_use]
pub fn is_production(environment: &str) -> bool {
    let label = environment.to_ascii_lowercase();
    let is = |word: &str| label.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == word);
    is("prod") || is("production") || is("live") || is("prd")
}

/// An environment; production is marked by colour and a warning sign.
#[component]
pub fn EnvironmentBadge(
    /// Its label, such as `prod`.
    #[prop(into)]
    environment: String,
) -> impl IntoView {
    let production = is_production(&environment);
    view! {
        <span class="environment" class:environment--production=production>
            {production.then(|| view! { <Glyph icon=Icon::Warning/> })}
            <span class="visually-hidden">"Environment "</span>
            {environment}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_is_told_by_whole_words() {
        assert!(is_production("prod") && is_production("eu-Production") && is_production("prod_2"));
        assert!(!is_production("qa") && !is_production("preprod") && !is_production("delivery"));
    }
}
