//! The one icon set: 16 × 16, drawn with one stroke, in the text's colour.

use leptos::prelude::*;

/// A drawing. What it means is always said in words beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Done, yes.
    Check,
    /// Failed, no, close.
    Cross,
    /// Run it.
    Play,
    /// End it.
    Stop,
    /// Waits for people.
    People,
    /// One person.
    Person,
    /// Waits for its turn.
    Queue,
    /// Working; turns.
    Spinner,
    /// Time.
    Clock,
    /// Ended by somebody.
    Slash,
    /// Not known.
    Question,
    /// Look out.
    Warning,
    /// A remark.
    Info,
    /// A good hint.
    Bulb,
    /// May not.
    Lock,
    /// Search.
    Search,
    /// Copy.
    Copy,
    /// A link to here.
    Link,
    /// Opens, downwards.
    ChevronDown,
    /// Leads on, to the right.
    ChevronRight,
    /// Again.
    Retry,
    /// A document.
    Document,
    /// A machine.
    Target,
    /// Bright.
    Sun,
    /// Dark.
    Moon,
    /// As the system has it.
    Monitor,
    /// Leave.
    SignOut,
    /// A ticket.
    Ticket,
    /// Nothing in it.
    Inbox,
    /// A hand raised: somebody said no.
    Hand,
    /// Filter.
    Filter,
    /// Watch.
    Eye,
}

impl Icon {
    /// Every icon, for the style guide.
    pub const ALL: [Self; 32] = [
        Self::Check,
        Self::Cross,
        Self::Play,
        Self::Stop,
        Self::People,
        Self::Person,
        Self::Queue,
        Self::Spinner,
        Self::Clock,
        Self::Slash,
        Self::Question,
        Self::Warning,
        Self::Info,
        Self::Bulb,
        Self::Lock,
        Self::Search,
        Self::Copy,
        Self::Link,
        Self::ChevronDown,
        Self::ChevronRight,
        Self::Retry,
        Self::Document,
        Self::Target,
        Self::Sun,
        Self::Moon,
        Self::Monitor,
        Self::SignOut,
        Self::Ticket,
        Self::Inbox,
        Self::Hand,
        Self::Filter,
        Self::Eye,
    ];

    /// The stroke, in the 16 × 16 box.
    const fn path(self) -> &'static str {
        match self {
            Self::Check => "M3 8.5l3.2 3.2L13 4.8",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Play => "M5 3.2v9.6L12.8 8z",
            Self::Stop => "M4.5 4.5h7v7h-7z",
            Self::People => {
                "M6 7.6a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8zM1.8 13.2a4.2 4.2 0 0 1 8.4 0M10.6 3.1a2.4 2.4 0 0 1 0 4.2M12 9.6a4.2 4.2 0 0 1 2.3 3.6"
            }
            Self::Person => "M8 7.8a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM3.2 13.6a4.8 4.8 0 0 1 9.6 0",
            Self::Queue => "M2.5 4h11M2.5 8h7.5M2.5 12h4",
            Self::Spinner => "M8 1.8a6.2 6.2 0 1 1-6.2 6.2",
            Self::Clock => "M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM8 4.6V8l2.4 1.5",
            Self::Slash => "M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM3.7 12.3l8.6-8.6",
            Self::Question => {
                "M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM6.2 6.2a1.8 1.8 0 1 1 2.6 1.7c-.5.3-.8.6-.8 1.2M8 11.3v.1"
            }
            Self::Warning => "M8 2.2l6.2 11.1H1.8zM8 6.4v3.2M8 11.4v.1",
            Self::Info => "M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM8 7.4v3.6M8 5v.1",
            Self::Bulb => "M6.2 12.2h3.6M6.8 14.2h2.4M6.2 10.4a4.2 4.2 0 1 1 3.6 0z",
            Self::Lock => "M3.5 7.2h9v6.3h-9zM5.3 7.2V5a2.7 2.7 0 0 1 5.4 0v2.2",
            Self::Search => "M7 11.6A4.6 4.6 0 1 0 7 2.4a4.6 4.6 0 0 0 0 9.2zM10.4 10.4l3.4 3.4",
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Self::Link => {
                "M6.8 9.2a2.8 2.8 0 0 0 4 0l2.3-2.3a2.8 2.8 0 0 0-4-4L8 4M9.2 6.8a2.8 2.8 0 0 0-4 0L2.9 9.1a2.8 2.8 0 0 0 4 4L8 12"
            }
            Self::ChevronDown => "M4 6l4 4 4-4",
            Self::ChevronRight => "M6 4l4 4-4 4",
            Self::Retry => "M13.6 8A5.6 5.6 0 1 1 11.8 3.9M13.6 1.8v3h-3",
            Self::Document => "M4 1.8h5.5L12.5 5v9.2H4zM9.2 2v3.2h3.2M6.3 8.2h4M6.3 11h4",
            Self::Target => "M2.2 3h11.6v4.2H2.2zM2.2 8.8h11.6V13H2.2zM4.7 5.1v.1M4.7 10.9v.1",
            Self::Sun => {
                "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.4v1.4M8 13.2v1.4M1.4 8h1.4M13.2 8h1.4M3.3 3.3l1 1M11.7 11.7l1 1M12.7 3.3l-1 1M4.3 11.7l-1 1"
            }
            Self::Moon => "M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7z",
            Self::Monitor => "M1.8 2.8h12.4v8H1.8zM5.5 13.6h5M8 10.8v2.8",
            Self::SignOut => "M6.2 2.4H2.6v11.2h3.6M6.6 8h7M10.8 5.2L13.6 8l-2.8 2.8",
            Self::Ticket => "M1.8 4h12.4v2.6a1.4 1.4 0 0 0 0 2.8V12H1.8V9.4a1.4 1.4 0 0 0 0-2.8zM9.6 4.2v7.6",
            Self::Inbox => "M3.6 3h8.8l1.8 6v4H1.8V9zM1.8 9h3.6l1 1.8h3.2l1-1.8h3.6",
            Self::Hand => "M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4zM5 8h6",
            Self::Filter => "M2 3.4h12M4.4 8h7.2M6.6 12.6h2.8",
            Self::Eye => {
                "M1.6 8S4 3.6 8 3.6 14.4 8 14.4 8 12 12.4 8 12.4 1.6 8 1.6 8zM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z"
            }
        }
    }
}

/// Draws an icon; hidden from screen readers, because the word beside it says the same.
#[component]
pub fn Glyph(
    /// Which one.
    icon: Icon,
) -> impl IntoView {
    let class = if icon == Icon::Spinner { "glyph glyph--turning" } else { "glyph" };
    view! {
        <svg class=class viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=icon.path()/>
        </svg>
    }
}
