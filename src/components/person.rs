//! A person and the teams they stand for.

use lastmile_protocol::Person;
use leptos::prelude::*;

/// The letters in a person's disc: the first of the first and last word of their name.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// A person's name, with their teams as chips.
#[component]
pub fn PersonName(
    /// Who.
    person: Person,
    /// Leaves the teams out, where space is short.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    let teams = if short { Vec::new() } else { person.teams };
    view! {
        <span class="person">
            // Drawn by the stylesheet: as text they would become part of every button that shows a person.
            <span class="person__disc" aria-hidden="true" data-initials=initials(&person.name)></span>
            <span class="person__name">{person.name}</span>
            {teams.into_iter().map(|team| view! { <span class="chip">{team.0}</span> }).collect_view()}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_first_and_last_word() {
        assert_eq!(initials("Ada King Lovelace"), "AL");
        assert_eq!(initials("noc"), "N");
        assert_eq!(initials("  "), "");
    }
}
