//! Where signing in leads back to: an address of this app, and of no other site.

use std::fmt;

/// A path of this app, with query and fragment: what a browser, whatever base it resolves it by, opens on the same host.
///
/// Browsers read `//host`, `/\host`, and tabs or line ends in between as another host; and `/.//host` as a path that becomes
/// one as soon as somebody resolves it again. None of these is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

/// Longer addresses are none: a cookie and a header have to hold them.
const LONGEST: usize = 2000;

impl ReturnTo {
    /// The catalog: where to go with no better idea.
    #[must_use]
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// Takes an address if it is one of this app's pages, other than the sign-in page itself.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let segments = path.strip_prefix('/')?.split('/');
        let mut inner = segments.clone();
        // One slash may stand at the end.
        inner.next_back();
        let plain = text.len() <= LONGEST
            && !text.chars().any(|c| c.is_control() || c == '\\')
            && inner.clone().all(|segment| !segment.is_empty())
            && segments.clone().all(|segment| !is_dots(segment));
        let first = segments.clone().next().unwrap_or_default();
        let is_page = first != "sign-in" && first != "api";
        (plain && is_page).then(|| Self(text.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `.` or `..`, in any of the ways that URLs may write them.
fn is_dots(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    const BASE: &str = "https://lastmile.example/sign-in?x=y";

    /// Where a browser would go, in as many steps as somebody might resolve it.
    fn leads_to(text: &str) -> Vec<Url> {
        let base = Url::parse(BASE).unwrap();
        let first = base.join(text).unwrap();
        let again = base.join(first.path()).unwrap();
        vec![first, again]
    }

    #[test]
    fn pages_of_the_app_are_taken_as_they_are() {
        for page in [
            "/",
            "/é x",
            "/runs/1?x=//evil#L3",
            "/runbooks/deep/page?pool=blue#do-it",
            "/runs/",
            "/approvals",
            "/signs",
            "/a%2Fb",
        ] {
            assert_eq!(ReturnTo::parse(page).unwrap().as_str(), page);
        }
    }

    #[test]
    fn whatever_leads_elsewhere_or_in_a_circle_is_refused() {
        for text in [
            "",
            "runs",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            " //evil.example",
            "https://evil.example",
            "https:evil.example",
            "HTTPS://evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "/.//evil.example",
            "/..//evil.example",
            "/%2e//evil.example",
            "/x/..//evil.example",
            "/runs//evil.example",
            "/./",
            "/%2E%2e/x",
            "/sign-in",
            "/sign-in?return_to=/x",
            "/sign-in/",
            "/api/v1/session",
            "?x=1",
            "#x",
            "%2f%2fevil.example",
            "/\u{0}",
        ] {
            assert_eq!(ReturnTo::parse(text), None, "{text:?}");
        }
        assert_eq!(ReturnTo::parse(&format!("/{}", "x".repeat(2000))), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_taken_stays_on_this_host_however_often_it_is_resolved(
            text in "(/|\\\\|\t|\n| |[.]|%2[eEfF]|%5[cC]|%09|:|@|[?]|#|x|evil[.]example|https?|//|é){0,9}"
        ) {
            if let Some(taken) = ReturnTo::parse(&text) {
                for url in leads_to(taken.as_str()) {
                    prop_assert_eq!(url.origin(), Url::parse(BASE).unwrap().origin(), "{:?}", text);
                    prop_assert!(!url.path().starts_with("//"), "{:?}", text);
                }
            }
        }
    }
}
