//! Words as runbooks write them: `KubePodCrashLooping`, `kube_pod`, `ha-proxy` and `v1.2` are one word each, of
//! several parts. Index, search and highlighting cut text with this, so that they never disagree. Pure.

use std::ops::Range;

/// Longer words are cut off: nobody types them.
const LONGEST: usize = 48;
/// A word of more parts is no name.
const MOST_PARTS: usize = 10;

/// A word, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) parts: Vec<Part>,
}

/// A part of a word, in small letters and without accents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) text: String,
    /// Bytes of the text that it stands in.
    pub(crate) at: Range<usize>,
}

impl Word {
    /// The whole word without what joins its parts.
    pub(crate) fn joined(&self) -> String {
        cut(&self.parts.iter().map(|part| part.text.as_str()).collect::<String>()).to_owned()
    }

    /// What the index knows it by: each part, and what remains of it from each part on, so that a search may begin
    /// in the middle of a name and go on over its parts.
    pub(crate) fn terms(&self) -> Vec<String> {
        let mut terms: Vec<String> = self.parts.iter().map(|part| cut(&part.text).to_owned()).collect();
        if (2..=MOST_PARTS).contains(&self.parts.len()) {
            let tails = (0..self.parts.len() - 1).map(|from| self.parts.iter().skip(from));
            terms.extend(
                tails.map(|tail| cut(&tail.map(|part| part.text.as_str()).collect::<String>()).to_owned()),
            );
        }
        terms
    }
}

/// The first characters of a term, as many as the index keeps.
fn cut(term: &str) -> &str {
    term.char_indices().nth(LONGEST).and_then(|(end, _)| term.get(..end)).unwrap_or(term)
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Words<'_> {
    Words { text, at: 0 }
}

/// See [`words`].
pub(crate) struct Words<'a> {
    text: &'a str,
    at: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Upper,
    Lower,
    /// A script without blanks between words: each character is a word.
    Ideograph,
    /// Joins parts where it stands between two of them.
    Joint,
    Other,
}

fn kind(c: char) -> Kind {
    match c {
        '-' | '_' | '.' => Kind::Joint,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => Kind::Ideograph,
        c if c.is_uppercase() => Kind::Upper,
        c if c.is_alphanumeric() => Kind::Lower,
        _ => Kind::Other,
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        let begins = |c: char| !matches!(kind(c), Kind::Joint | Kind::Other);
        let start = self.at + self.text.get(self.at..)?.find(begins)?;
        let (ranges, end) = ranges(self.text, start);
        self.at = end;
        let part = |at: Range<usize>| Part { text: fold(self.text.get(at.clone()).unwrap_or_default()), at };
        Some(Word { parts: ranges.into_iter().map(part).collect() })
    }
}

/// Where the parts of the word that begins at `start` stand, and where to look for the next word.
fn ranges(text: &str, start: usize) -> (Vec<Range<usize>>, usize) {
    let mut found = Vec::new();
    let (mut from, mut end, mut before) = (start, start, Kind::Other);
    let mut chars = text.get(start..).unwrap_or_default().char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let at = start + offset;
        let now = kind(c);
        let after = chars.peek().map_or(Kind::Other, |&(_, c)| kind(c));
        let capital_begins = match before {
            Kind::Lower => true,
            // The last capital of `HTTPServer` begins `Server`; but `PVCs` are several of one thing.
            Kind::Upper => after == Kind::Lower && !is_plural(text, at),
            _ => false,
        };
        match now {
            Kind::Ideograph if at == start => {
                end = at + c.len_utf8();
                break;
            }
            Kind::Other | Kind::Ideograph => break,
            Kind::Joint if before == Kind::Joint => break,
            Kind::Joint => {
                found.push(from..at);
                from = at + c.len_utf8();
            }
            Kind::Upper if capital_begins => {
                found.push(from..at);
                from = at;
            }
            Kind::Upper | Kind::Lower => {}
        }
        (before, end) = (now, at + c.len_utf8());
    }
    if from < end {
        found.push(from..end);
    }
    (found, end)
}

/// Whether only an `s` follows the capital at `at`.
fn is_plural(text: &str, at: usize) -> bool {
    let mut after = text.get(at..).unwrap_or_default().chars().skip(1);
    after.next() == Some('s') && after.next().is_none_or(|c| !matches!(kind(c), Kind::Upper | Kind::Lower))
}

/// Small letters without accents.
fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { folded(text).collect() }
}

fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase).map(base).filter(|c| *c != '\u{307}')
}

/// Whether two names are the same but for case, accents, blanks, `-` and `_`.
pub(crate) fn is_same_name(a: &str, b: &str) -> bool {
    let bare = |name| folded(name).filter(|c: &char| !c.is_whitespace() && !matches!(c, '-' | '_'));
    bare(a).eq(bare(b))
}

/// The letter below the accent, for Latin letters.
fn base(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĺ' | 'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(text: &str) -> Vec<Vec<String>> {
        words(text).map(|word| word.parts.into_iter().map(|part| part.text).collect()).collect()
    }

    #[test]
    fn names_are_cut_into_their_parts() {
        for (text, expected) in [
            ("KubePodCrashLooping", vec![vec!["kube", "pod", "crash", "looping"]]),
            ("kube_pod ha-proxy", vec![vec!["kube", "pod"], vec!["ha", "proxy"]]),
            ("HTTPServer5xx", vec![vec!["http", "server5xx"]]),
            ("the PVCs, etcd.", vec![vec!["the"], vec!["pvcs"], vec!["etcd"]]),
            ("/etc/haproxy.cfg", vec![vec!["etc"], vec!["haproxy", "cfg"]]),
            ("--no-wait -v a-- x", vec![vec!["no", "wait"], vec!["v"], vec!["a"], vec!["x"]]),
            ("Über Zürich", vec![vec!["uber"], vec!["zurich"]]),
            ("重启 pod", vec![vec!["重"], vec!["启"], vec!["pod"]]),
            ("\"*:🔥 (", vec![]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn names_are_the_same_however_they_are_joined() {
        assert!(is_same_name("KubePodCrash", "kube-pod_crash") && is_same_name("Bar Pool", "barpool"));
        assert!(!is_same_name("bar", "bar/pool") && !is_same_name("v1.2", "v12"));
    }

    #[test]
    fn a_name_is_known_by_its_parts_and_by_what_remains_from_each() {
        let word = words("KubePodCrash").next().unwrap();
        assert_eq!(word.terms(), ["kube", "pod", "crash", "kubepodcrash", "podcrash"]);
        assert_eq!(word.joined(), "kubepodcrash");
    }

    proptest! {
        #[test]
        fn any_text_is_cut_where_its_characters_are(text in "\\PC{0,60}|[a-zA-Z0-9._ -]{0,40}") {
            let mut last = 0;
            for part in words(&text).flat_map(|word| word.parts) {
                prop_assert!(part.at.start >= last && part.at.end > part.at.start, "{:?} in {:?}", part, text);
                prop_assert_eq!(&fold(&text[part.at.clone()]), &part.text);
                last = part.at.end;
            }
        }
    }
}
