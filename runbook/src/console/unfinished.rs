//! Whether a shell would wait for another line of a command: quotes, line ends that go on, here-documents.

/// How a command stands after the lines read so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Unfinished {
    quote: Option<char>,
    goes_on: bool,
    heredoc: Option<Heredoc>,
}

/// `<<EOF`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heredoc {
    delimiter: String,
    /// `<<-`: tabs before the delimiter are allowed. People indent with blanks too.
    indented: bool,
}

impl Heredoc {
    /// Whether this line ends it.
    pub(super) fn closes(&self, line: &str) -> bool {
        let line = if self.indented { line.trim_start() } else { line };
        line.trim_end() == self.delimiter
    }
}

impl Unfinished {
    pub(super) fn in_quotes(&self) -> bool {
        self.quote.is_some()
    }

    /// Whether the line ended in a way that a shell asks for the next one.
    pub(super) fn wants_more(&self) -> bool {
        self.goes_on
    }

    /// The here-document that begins with the next line; told once.
    pub(super) fn heredoc(&mut self) -> Option<Heredoc> {
        self.heredoc.take()
    }

    /// Reads one line, without its line end.
    pub(super) fn read(&mut self, line: &str) {
        self.goes_on = false;
        let mut chars = line.char_indices();
        let mut word_begins = true;
        while let Some((at, c)) = chars.next() {
            match (self.quote, c) {
                (Some('\''), '\'') | (Some('"'), '"') => self.quote = None,
                (Some('\''), _) => {}
                // An escaped character; at the line's end it is the line end that is escaped.
                (_, '\\') if chars.next().is_none() => self.goes_on = true,
                (Some(_), _) => {}
                (None, '\'' | '"') => self.quote = Some(c),
                (None, '#') if word_begins => return,
                (None, '<') => {
                    if let Some(length) = self.begin_heredoc(&line[at..]) {
                        chars = line[at + length..].char_indices();
                        return self.read_rest(chars.as_str());
                    }
                }
                _ => {}
            }
            word_begins = c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(');
        }
        let end = line.trim_end();
        self.goes_on |= self.quote.is_none() && (end.ends_with('|') || end.ends_with("&&"));
    }

    /// What follows a here-document's begin on its line; a second one on the same line is left alone.
    fn read_rest(&mut self, rest: &str) {
        let heredoc = self.heredoc.take();
        self.read(rest);
        self.heredoc = heredoc;
    }

    /// Notes a here-document that begins here: how many bytes its operator and delimiter have.
    fn begin_heredoc(&mut self, text: &str) -> Option<usize> {
        let operator = text.strip_prefix("<<")?;
        if operator.starts_with('<') {
            return None;
        }
        let (indented, rest) = operator.strip_prefix('-').map_or((false, operator), |rest| (true, rest));
        let rest = rest.trim_start_matches([' ', '\t']).trim_start_matches(['\'', '"', '\\']);
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let delimiter: String = rest.chars().take_while(|c| word(*c)).collect();
        if delimiter.is_empty() {
            return None;
        }
        let after = rest[delimiter.len()..].trim_start_matches(['\'', '"']);
        self.heredoc = Some(Heredoc { delimiter, indented });
        Some(text.len() - after.len())
    }
}
