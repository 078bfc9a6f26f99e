//! The headers that every request to DSS carries: who calls, in whose name, and what the caller adds.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::error::{Failure, Result, Status};
use crate::jose::config::{Config, speakable};
use crate::source::hidden::Hidden;

const PROXY_USER: &str = "X-DKU-ProxyUser";

/// What HTTP itself says with headers is not for the caller to say.
const RESERVED: [&str; 4] = ["connection", "content-length", "host", "transfer-encoding"];

/// Names, and values in the bytes that go out.
#[derive(Clone)]
pub(super) struct Headers(Vec<(String, Zeroizing<Vec<u8>>)>);

impl Headers {
    /// Takes `extra_headers` and the credential. Of several credentials the first counts, in the order that DSS's own client has.
    pub(super) fn take(config: &mut Config<'_>, secrets: &mut Config<'_>, hidden: &mut Hidden) -> Result<Headers> {
        let mut headers = Headers(Vec::new());
        if let Some(extra) = config.object("extra_headers")? {
            headers.take_extra(extra, hidden)?;
        }
        let mut credential = None;
        for (secret, header) in [
            ("api_key", "Authorization"),
            ("internal_ticket", "X-DKU-APITicket"),
            ("jwt_bearer_token", "Authorization"),
        ] {
            let Some(text) = secrets.filled_text(secret)? else { continue };
            hidden.add(&text);
            let value = match secret {
                "api_key" => basic(&text),
                "internal_ticket" => Zeroizing::new(text.into_owned()),
                _ => Zeroizing::new(format!("Bearer {}", &*text)),
            };
            hidden.add(&value);
            let value = value_of(header, &value).ok_or_else(|| secrets.failure(secret, UNFIT))?;
            credential.get_or_insert((header, value));
        }
        let none = || Failure::new(Status::Config, "secrets: expected api_key, internal_ticket or jwt_bearer_token");
        let (header, value) = credential.ok_or_else(none)?;
        headers.set(header, value);
        Ok(headers)
    }

    /// Acts as the user `login` from now on.
    pub(super) fn act_as(&mut self, login: &str) -> Result<()> {
        let unfit = || Failure::new(Status::Config, format!("login: {UNFIT}"));
        let value = latin1(login).filter(|value| !value.is_empty()).ok_or_else(unfit)?;
        self.set(PROXY_USER, value);
        Ok(())
    }

    /// All of them, for a request.
    pub(super) fn to_send(&self) -> Vec<(String, Zeroizing<Vec<u8>>)> {
        self.0.clone()
    }

    fn take_extra(&mut self, mut extra: Config<'_>, hidden: &mut Hidden) -> Result<()> {
        let names: Vec<String> = extra.names().map(str::to_owned).collect();
        for name in names {
            let shown = speakable(&name).to_owned();
            let is_reserved = RESERVED.iter().any(|reserved| name.eq_ignore_ascii_case(reserved));
            if name.is_empty() || !name.bytes().all(is_token_byte) || is_reserved {
                return Err(extra.failure(&shown, "no header that can be added"));
            }
            let Some(value) = extra.text(&name)? else { continue };
            // Any of them may be a secret, but a message without every `1` could not be read.
            if value.len() >= 8 {
                hidden.add(&value);
            }
            let value = value_of(&name, &value).ok_or_else(|| extra.failure(&shown, UNFIT))?;
            self.set(&name, value);
        }
        Ok(())
    }

    /// Replaces what there is of this name, in any case.
    fn set(&mut self, name: &str, value: Zeroizing<Vec<u8>>) {
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.0.push((name.to_owned(), value));
    }
}

const UNFIT: &str =
    "expected Latin-1 text (in Authorization: ASCII) without control characters, and no white space around it";

/// The value of the header `name`; None for a text that cannot be one. Credentials are ASCII (RFC 9110 section 11.4).
fn value_of(name: &str, text: &str) -> Option<Zeroizing<Vec<u8>>> {
    latin1(text).filter(|_| text.is_ascii() || !name.eq_ignore_ascii_case("Authorization"))
}

/// The bytes of a header's value; None for a text that would not arrive as it is.
fn latin1(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    if text.chars().any(char::is_control) || text.trim_matches(' ') != text {
        return None;
    }
    text.chars().map(|char| u8::try_from(char).ok()).collect::<Option<Vec<u8>>>().map(Zeroizing::new)
}

/// A key as the user name of Basic credentials, with an empty password (RFC 7617, in UTF-8).
fn basic(key: &str) -> Zeroizing<String> {
    let pair = Zeroizing::new(format!("{key}:"));
    Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())))
}

/// RFC 9110 section 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
