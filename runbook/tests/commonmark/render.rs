//! The block tree as HTML, written in the very way of pulldown-cmark's own renderer, so that texts compare equal.

use lastmile_runbook::{Attribute, Block, Element, Inline, Item, Runbook};
use pulldown_cmark_escape::{escape_href, escape_html, escape_html_body_text};

/// Stands for what no example has: it makes a comparison fail.
const UNKNOWN: &str = "(in no example)";

/// The text of a runbook as HTML.
pub(crate) fn html(runbook: &Runbook) -> String {
    let mut page = Page { html: String::new() };
    page.blocks(&runbook.blocks);
    page.html
}

struct Page {
    html: String,
}

impl Page {
    fn write(&mut self, text: &str) {
        self.html.push_str(text);
    }

    /// A tag at the beginning of a line.
    fn line(&mut self, text: &str) {
        if !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
        self.html.push_str(text);
    }

    // Writing into a text can't fail.
    fn escaped(&mut self, text: &str) {
        let _ = escape_html(&mut self.html, text);
    }

    fn address(&mut self, address: Option<&str>) {
        let _ = escape_href(&mut self.html, address.unwrap_or("(refused)"));
    }

    fn body_text(&mut self, text: &str) {
        let _ = escape_html_body_text(&mut self.html, text);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, inlines, .. } => {
                self.line(&format!("<h{level}>"));
                self.inlines(inlines);
                self.write(&format!("</h{level}>\n"));
            }
            Block::Paragraph(inlines) => {
                self.line("<p>");
                self.inlines(inlines);
                self.write("</p>\n");
            }
            Block::Plain(inlines) => self.inlines(inlines),
            Block::Quote { blocks, .. } => {
                self.line("<blockquote>\n");
                self.blocks(blocks);
                self.write("</blockquote>\n");
            }
            Block::Code { language, text } => self.code(language.as_deref(), text),
            Block::List { start, items } => self.list(*start, items),
            Block::Rule => self.line("<hr />\n"),
            Block::Html(text) => self.write(text),
            Block::Element { element, blocks } => {
                self.start_tag(element);
                self.blocks(blocks);
                self.write(&format!("</{}>", element.tag.name()));
            }
            Block::Action(_) | Block::Table { .. } | Block::Footnote { .. } => {
                self.write(UNKNOWN);
            }
        }
    }

    fn code(&mut self, language: Option<&str>, text: &str) {
        self.line("<pre><code");
        if let Some(language) = language {
            self.write(" class=\"language-");
            self.escaped(language);
            self.write("\"");
        }
        self.write(">");
        self.body_text(text);
        self.write("</code></pre>\n");
    }

    fn list(&mut self, start: Option<u64>, items: &[Item]) {
        match start {
            None => self.line("<ul>\n"),
            Some(1) => self.line("<ol>\n"),
            Some(start) => self.line(&format!("<ol start=\"{start}\">\n")),
        }
        for item in items {
            self.line("<li>");
            self.blocks(&item.blocks);
            self.write("</li>\n");
        }
        self.write(if start.is_some() { "</ol>\n" } else { "</ul>\n" });
    }

    fn start_tag(&mut self, element: &Element) {
        self.write(&format!("<{}", element.tag.name()));
        for attribute in &element.attributes {
            match attribute {
                Attribute::Id(id) => self.write(&format!(" id=\"{id}\"")),
                Attribute::Title(title) => self.write(&format!(" title=\"{title}\"")),
                _ => self.write(UNKNOWN),
            }
        }
        self.write(">");
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        inlines.iter().for_each(|inline| self.inline(inline));
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(text) => self.body_text(text),
            Inline::Code(text) => {
                self.write("<code>");
                self.body_text(text);
                self.write("</code>");
            }
            Inline::Emphasis(inner) => self.wrapped("em", inner),
            Inline::Strong(inner) => self.wrapped("strong", inner),
            Inline::Strikethrough(inner) => self.wrapped("del", inner),
            Inline::Link { href, title, inlines } => {
                self.write("<a href=\"");
                self.address(href.as_deref());
                self.title(title.as_deref());
                self.write("\">");
                self.inlines(inlines);
                self.write("</a>");
            }
            Inline::Image { src, title, alt, .. } => {
                self.write("<img src=\"");
                self.address(src.as_deref());
                self.write("\" alt=\"");
                self.escaped(alt);
                self.title(title.as_deref());
                self.write("\" />");
            }
            Inline::Element { element, inlines } => {
                self.start_tag(element);
                self.inlines(inlines);
                self.write(&format!("</{}>", element.tag.name()));
            }
            Inline::SoftBreak => self.write("\n"),
            Inline::HardBreak => self.write("<br />\n"),
            Inline::FootnoteRef(_) => self.write(UNKNOWN),
        }
    }

    fn title(&mut self, title: Option<&str>) {
        if let Some(title) = title {
            self.write("\" title=\"");
            self.escaped(title);
        }
    }

    fn wrapped(&mut self, tag: &str, inner: &[Inline]) {
        self.write(&format!("<{tag}>"));
        self.inlines(inner);
        self.write(&format!("</{tag}>"));
    }
}
