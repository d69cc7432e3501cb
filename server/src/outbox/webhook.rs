//! A letter as JSON to an address, signed.

use std::time::Duration;

use lastmile_protocol::Millis;
use sha2::{Digest as _, Sha256};

use super::SendError;

/// A receiver that takes longer is tried again later.
const PATIENCE: Duration = Duration::from_secs(10);
/// A block of SHA-256, in bytes.
const BLOCK: usize = 64;

/// Posts it; anything but a 2xx answer is a failure.
///
/// # Errors
/// If it did not arrive.
pub(crate) fn post(url: &str, body: &str, secret: Option<&str>, at: Millis) -> Result<(), SendError> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        // What is meant for one address is nobody else's.
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();
    let seconds = (at.0 / 1000).to_string();
    let mut request =
        agent.post(url).header("content-type", "application/json").header("x-lastmile-time", &seconds);
    if let Some(secret) = secret {
        let signature = sign(secret.as_bytes(), format!("{seconds}.{body}").as_bytes());
        request = request.header("x-lastmile-signature", format!("sha256={signature}"));
    }
    // The error's text may hold the address, and that a token.
    let answer = request.send(body).map_err(|error| SendError::Refused(kind(&error)))?;
    let status = answer.status();
    if status.is_success() { Ok(()) } else { Err(SendError::Refused(format!("it answered {status}"))) }
}

fn kind(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "it took too long",
        ureq::Error::HostNotFound => "there is no such host",
        ureq::Error::Io(error) => return format!("the connection failed: {error}"),
        ureq::Error::BadUri(_) => "the address can't be read",
        _ => "the connection failed",
    }
    .to_owned()
}

/// HMAC-SHA-256 of RFC 2104, in lower-case hex.
fn sign(key: &[u8], message: &[u8]) -> String {
    let mut block = [0_u8; BLOCK];
    if key.len() > BLOCK {
        let short = Sha256::digest(key);
        block.iter_mut().zip(short.iter()).for_each(|(to, from)| *to = *from);
    } else {
        block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    let outer = Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize();
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_rfc_4231() {
        let case_1 = sign(&[0x0b; 20], b"Hi There");
        assert_eq!(case_1, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        let case_2 = sign(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(case_2, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let case_6 = sign(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(case_6, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }
}
