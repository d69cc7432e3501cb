//! A letter as an e-mail, by the relay of the config.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{Message, SmtpTransport, Transport as _};

use super::{Letter, SendError};

/// A relay that takes longer is tried again later.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hands it to the relay.
///
/// # Errors
/// If the relay did not take it.
pub(super) fn send(smtp: &str, from: &str, to: &[String], letter: &Letter) -> Result<(), SendError> {
    let refused = |error: &dyn std::fmt::Display| SendError::Refused(error.to_string());
    let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|error| refused(&error));
    let mut message =
        Message::builder().from(mailbox(from)?).subject(letter.subject()).header(ContentType::TEXT_PLAIN);
    for address in to {
        message = message.to(mailbox(address)?);
    }
    let message = message.body(letter.text()).map_err(|error| refused(&error))?;
    let relay =
        SmtpTransport::from_url(smtp).map_err(|_| SendError::Refused("smtp can't be read".to_owned()))?;
    relay.timeout(Some(PATIENCE)).build().send(&message).map_err(|error| refused(&error))?;
    Ok(())
}
