//! Masks typed secrets in a stream of output, also where they are cut by chunks.
//!
//! A courtesy, not a wall: a script that prints a secret backwards gets it into the log. What is masked: the exact bytes,
//! its lines if it has several, base64 (also inside a longer encoded text), URL and JSON encoding.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// What stands in a secret's place.
pub(super) const MASK: &[u8] = b"***";
/// Shorter secrets, and shorter parts of one, are not masked: that would hide half the log and show the secret by
/// where the holes are.
pub(super) const SHORTEST: usize = 4;

const URL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// All forms of all secrets of a run, ready to be found.
#[derive(Clone, Debug)]
pub(super) struct Secrets {
    finder: AhoCorasick,
    forms: Vec<Vec<u8>>,
}

impl Secrets {
    /// `None` if there is nothing to mask.
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let forms: Vec<_> =
            secrets.into_iter().flat_map(forms).collect::<BTreeSet<_>>().into_iter().collect();
        if forms.is_empty() {
            return None;
        }
        // Only a set of patterns of many megabytes is refused; typed values are far from that.
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms).ok()?;
        Some(Self { finder, forms })
    }

    /// First place from `from` on at which a secret may have begun that goes on in the next chunk.
    fn open_end(&self, bytes: &[u8], from: usize) -> usize {
        let longest = self.forms.iter().map(Vec::len).max().unwrap_or(0);
        let first = from.max((bytes.len() + 1).saturating_sub(longest));
        let begins = |at: &usize| {
            let rest = &bytes[*at..];
            self.forms.iter().any(|form| form.len() > rest.len() && form.starts_with(rest))
        };
        (first..bytes.len()).find(begins).unwrap_or(bytes.len())
    }
}

/// Masks one stream.
#[derive(Debug)]
pub(super) struct Masker {
    secrets: Secrets,
    /// What may be the beginning of a secret.
    held: Vec<u8>,
    out: Vec<u8>,
    places: Vec<usize>,
}

/// Masked output, and where in it something was masked.
pub(super) type Masked<'a> = (&'a [u8], &'a [usize]);

impl Masker {
    pub(super) fn new(secrets: Secrets) -> Self {
        Self { secrets, held: Vec::new(), out: Vec::new(), places: Vec::new() }
    }

    /// Takes a chunk; gives what is certain by now. Only what may be the beginning of a secret is held back.
    pub(super) fn push(&mut self, chunk: &[u8]) -> Masked<'_> {
        self.held.extend_from_slice(chunk);
        self.pass(false)
    }

    /// Gives what was held back, when the stream has ended.
    pub(super) fn finish(&mut self) -> Masked<'_> {
        self.pass(true)
    }

    fn pass(&mut self, ended: bool) -> Masked<'_> {
        self.out.clear();
        self.places.clear();
        let bytes = std::mem::take(&mut self.held);
        let open_end = |from| if ended { bytes.len() } else { self.secrets.open_end(&bytes, from) };
        let mut at = 0;
        let mut open = open_end(0);
        let mut found = self.secrets.finder.find_iter(&bytes);
        while let Some(secret) = found.next().filter(|secret| secret.start() < open) {
            self.out.extend_from_slice(&bytes[at..secret.start()]);
            self.places.push(self.out.len());
            self.out.extend_from_slice(MASK);
            at = secret.end();
            if open < at {
                open = open_end(at);
            }
        }
        self.out.extend_from_slice(&bytes[at..open]);
        self.held = bytes[open..].to_vec();
        (&self.out, &self.places)
    }
}

/// Everything that a secret may look like in output.
fn forms(secret: &str) -> BTreeSet<Vec<u8>> {
    let mut forms = BTreeSet::new();
    let whole = secret.trim_end_matches(['\r', '\n']);
    // A key of many lines may be printed line by line, or with other line ends.
    for part in std::iter::once(whole).chain(whole.lines()).filter(|part| part.len() >= SHORTEST) {
        forms.insert(part.as_bytes().to_vec());
    }
    for exact in [secret, whole].into_iter().filter(|exact| exact.len() >= SHORTEST) {
        forms.insert(STANDARD.encode(exact).into_bytes());
        forms.insert(URL_SAFE.encode(exact).into_bytes());
        for shift in 0..3 {
            forms.insert(inside_base64(&STANDARD, exact, shift));
            forms.insert(inside_base64(&URL_SAFE, exact, shift));
        }
        let url = percent_encode(exact.as_bytes(), URL).to_string();
        forms.insert(url.replace("%20", "+").into_bytes());
        forms.insert(lower_case_escapes(&url).into_bytes());
        forms.insert(url.into_bytes());
        if let Ok(json) = serde_json::to_string(exact) {
            let inner = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&json);
            forms.insert(inner.as_bytes().to_vec());
        }
    }
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

/// The part of a longer text's base64 that depends on the secret alone, if `shift` bytes (modulo 3) stand before it.
fn inside_base64(engine: &impl base64::Engine, secret: &str, shift: usize) -> Vec<u8> {
    let mut text = vec![0; shift];
    text.extend_from_slice(secret.as_bytes());
    let encoded = engine.encode(&text).into_bytes();
    // Six bits a character: those that hold bits of what stands before or behind are left off.
    let first = (shift * 8).div_ceil(6);
    let end = text.len() * 8 / 6;
    encoded.get(first..end).unwrap_or_default().to_vec()
}

/// `%2F` as `%2f`, which many encoders write.
fn lower_case_escapes(url: &str) -> String {
    let mut parts = url.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escape, rest) = part.split_at(part.len().min(2));
        text.extend(["%", &escape.to_ascii_lowercase(), rest]);
    }
    text
}

#[cfg(test)]
#[path = "mask_tests.rs"]
mod tests;
