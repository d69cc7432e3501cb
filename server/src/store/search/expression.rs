//! The index's own query language, written so that nothing typed can mean anything in it. Pure.

/// One way in which a word may stand in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// This term.
    Word(String),
    /// A term that begins like this.
    Beginning(String),
    /// For each of these, a term that begins like it.
    AllBeginnings(Vec<String>),
}

/// Documents in which one of the forms stands; `None` if there is nothing to look for.
pub(super) fn any(forms: &[Form]) -> Option<String> {
    let forms: Vec<String> = forms.iter().filter_map(one).collect();
    (!forms.is_empty()).then(|| format!("({})", forms.join(" OR ")))
}

fn one(form: &Form) -> Option<String> {
    match form {
        Form::Word(term) => quoted(term),
        Form::Beginning(term) => quoted(term).map(|term| format!("{term} *")),
        Form::AllBeginnings(terms) => {
            let terms: Option<Vec<String>> =
                terms.iter().map(|term| quoted(term).map(|term| format!("{term} *"))).collect();
            terms.filter(|terms| !terms.is_empty()).map(|terms| format!("({})", terms.join(" AND ")))
        }
    }
}

/// The term as a string of the language. Terms hold letters and digits only; anything else would be read as several
/// terms, which this index can't look for in a row.
fn quoted(term: &str) -> Option<String> {
    let plain = !term.is_empty() && term.chars().all(|c| c.is_alphanumeric() || !(c.is_ascii()));
    plain.then(|| format!("\"{term}\""))
}
