//! The examples that differ from pulldown-cmark's output, by the rule of the format that makes them differ.

/// Why an example is drawn differently.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    /// A file that begins with `---` lines may have front matter.
    FrontMatter,
    /// An HTML element that is on the list becomes one of the tree: attributes that are not on the list, and
    /// white space between its tags, are not in it.
    ListedElement,
    /// Other raw HTML is shown as the text that was typed.
    UnlistedHtml,
    /// A tag without its counterpart is shown as the text that was typed.
    UnbalancedTag,
    /// Comments are not shown.
    Comment,
    /// `<address>` of a scheme that may not be followed is shown as the text that was typed.
    Scheme,
    /// Bare addresses become links, as on GitHub.
    BareAddress,
}

/// Numbers of examples by rule.
pub(crate) const DIFFERING: &[(Rule, &[usize])] = &[
    (Rule::FrontMatter, &[98]),
    (
        Rule::ListedElement,
        &[148, 149, 152, 153, 154, 159, 160, 161, 162, 164, 169, 185, 186, 188, 189, 190, 191, 475],
    ),
    (Rule::UnlistedHtml, &[168, 201, 491, 494, 524, 536, 614, 615, 616, 617, 626, 627, 628, 629]),
    (
        Rule::UnbalancedTag,
        &[21, 31, 150, 151, 155, 174, 175, 184, 187, 344, 476, 477, 613, 623, 630, 631, 642, 643],
    ),
    (Rule::Comment, &[177, 179, 183, 308, 309, 625]),
    (Rule::Scheme, &[596, 598, 599, 601]),
    (Rule::BareAddress, &[606, 608, 611, 612]),
];
