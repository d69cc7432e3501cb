//! "Also allow retries", in the form of an answer.

use lastmile_protocol::{AllowRetries, MAX_RETRIES, MAX_RETRY_MINUTES};
use leptos::prelude::*;

use super::element_id::element_id;

/// What is chosen, as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Whether any are allowed.
    on: bool,
    /// How many.
    count: String,
    /// For how long.
    minutes: String,
}

impl Default for Offer {
    fn default() -> Self {
        Self { on: false, count: "3".to_owned(), minutes: "30".to_owned() }
    }
}

impl Offer {
    /// What is allowed; `None`: nothing.
    ///
    /// # Errors
    /// If a number is none, or out of bounds: what to do about it.
    pub fn read(&self) -> Result<Option<AllowRetries>, String> {
        if !self.on {
            return Ok(None);
        }
        let within = |text: &str, most: u32, what: &str| {
            let number = text.trim().parse().ok().filter(|number| (1..=most).contains(number));
            number.ok_or_else(|| format!("Allow 1 to {most} {what}."))
        };
        let count = within(&self.count, MAX_RETRIES, "retries")?;
        let minutes = within(&self.minutes, MAX_RETRY_MINUTES, "minutes for retries")?;
        Ok(Some(AllowRetries { count, minutes }))
    }
}

/// One quiet row: a tick, how many, for how long. Nothing is allowed unless it is ticked.
#[component]
pub fn RetryOffer(
    /// What is chosen.
    offer: RwSignal<Offer>,
) -> impl IntoView {
    let tick = element_id("allow-retries");
    let off = move || !offer.read().on;
    let count = move |text| offer.update(|offer| offer.count = text);
    let minutes = move |text| offer.update(|offer| offer.minutes = text);
    view! {
        <div class="retry-offer" role="group" aria-label="Retries">
            <input class="checkbox" type="checkbox" id=tick.clone() prop:checked=move || offer.read().on
                on:change=move |event| offer.update(|offer| offer.on = event_target_checked(&event))/>
            <label for=tick>"Also allow up to"</label>
            {number("Retries", MAX_RETRIES, off, move || offer.read().count.clone(), count)}
            <span>"retries of exactly this within"</span>
            {number("Minutes", MAX_RETRY_MINUTES, off, move || offer.read().minutes.clone(), minutes)}
            <span>"minutes"</span>
        </div>
    }
}

fn number(
    name: &'static str,
    most: u32,
    off: impl Fn() -> bool + Send + 'static,
    value: impl Fn() -> String + Send + 'static,
    on_input: impl Fn(String) + 'static,
) -> impl IntoView {
    view! {
        <input class="control retry-offer__number" type="number" inputmode="numeric" min="1" max=most.to_string() aria-label=name
            disabled=off prop:value=value on:input=move |event| on_input(event_target_value(&event))/>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(count: &str, minutes: &str) -> Offer {
        Offer { on: true, count: count.to_owned(), minutes: minutes.to_owned() }
    }

    #[test]
    fn nothing_is_allowed_unless_it_is_ticked() {
        assert_eq!(Offer::default().read(), Ok(None));
        assert_eq!(Offer { on: false, ..offer("x", "") }.read(), Ok(None));
        let ticked = Offer { on: true, ..Offer::default() };
        assert_eq!(ticked.read(), Ok(Some(AllowRetries { count: 3, minutes: 30 })));
    }

    #[test]
    fn what_the_server_would_refuse_is_said_before_it_is_sent() {
        for (count, minutes) in [("0", "30"), ("11", "30"), ("", "30"), ("two", "30"), ("1.5", "30")] {
            assert_eq!(offer(count, minutes).read(), Err("Allow 1 to 10 retries.".to_owned()), "{count}");
        }
        assert_eq!(offer("1", "1441").read(), Err("Allow 1 to 1440 minutes for retries.".to_owned()));
        assert_eq!(offer("10", " 1440 ").read(), Ok(Some(AllowRetries { count: 10, minutes: 1440 })));
    }
}
