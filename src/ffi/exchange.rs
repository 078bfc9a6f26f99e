//! HTTP exchanges that the host makes: requests as parts of a result, answers and faults as the host tells them.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::result::{Entry, entry};
use super::runtime::JETON_CLOCK;
use crate::error::{Failure, Result, Status};
use crate::jose::config::Config;
use crate::jose::json::Members;
use crate::runtime;
use crate::source::{Cache, Fault, Now, Request, Response, Transport};

/// The time of a call: Unix milliseconds, which stand for both clocks, or the runtime's.
pub(super) fn moment(now_ms: i64) -> Result<Now> {
    if now_ms == JETON_CLOCK { runtime::now() } else { Ok(Now { unix_ms: now_ms, steady_ms: now_ms }) }
}

/// The time of a call on a cache. Where the runtime drives it its clocks count, which nobody sets back.
pub(super) fn moment_on(cache: &Cache, now_ms: i64) -> Result<Now> {
    match cache.is_driven_by_host() {
        true => Ok(cache.host_moment(moment(now_ms)?.unix_ms)),
        false => runtime::now(),
    }
}

/// The parts that tell what is to be asked.
pub(super) fn request_parts(request: &Request) -> Entry {
    let mut headers = Members::default();
    for (name, value) in &request.headers {
        // Latin-1, so that every byte has a character.
        let text: Zeroizing<String> = Zeroizing::new(value.iter().map(|byte| char::from(*byte)).collect());
        headers.text(name, &text);
    }
    entry([
        ("method", Some(request.method.into())),
        ("url", Some(request.url.clone().into_bytes())),
        ("headers", Some(headers.into_object().into_bytes())),
        ("body", request.body.as_ref().map(|body| body.to_vec())),
        ("transport", Some(transport(&request.transport).into_bytes())),
    ])
}

fn transport(transport: &Transport) -> String {
    let mut members = Members::default();
    for (name, text) in [
        ("ca_file", &transport.ca_file),
        ("client_certificate", &transport.client_certificate),
        ("client_key", &transport.client_key),
        ("proxy", &transport.proxy),
    ] {
        if let Some(text) = text {
            members.text(name, text);
        }
    }
    members.json("connect_timeout_ms", &transport.connect_timeout_ms.to_string());
    members.json("request_timeout_ms", &transport.request_timeout_ms.to_string());
    members.json("max_body_bytes", &transport.max_body_bytes.to_string());
    members.into_object()
}

/// What a server answered. `headers` is a JSON object of texts; without one there are none.
pub(super) fn response(http_status: i32, headers: Option<&str>, body: &[u8]) -> Result<Response> {
    let status = u16::try_from(http_status).ok().filter(|status| (100..=599).contains(status));
    let status =
        status.ok_or_else(|| Failure::new(Status::Config, "http_status: expected a number from 100 to 599"))?;
    let mut read = Vec::new();
    if let Some(headers) = headers {
        let mut config = Config::parse(headers, "headers")?;
        let names: Vec<String> = config.names().map(str::to_owned).collect();
        for name in names {
            let value = config.text(&name)?.map(Cow::into_owned);
            read.extend(value.map(|value| (name, value)));
        }
    }
    Ok(Response { status, headers: read, body: body.to_vec() })
}

/// The fault of this name.
pub(super) fn fault(name: &str) -> Result<Fault> {
    Ok(match name {
        "refused" => Fault::Refused,
        "dropped" => Fault::Dropped,
        "unresolved" => Fault::Unresolved,
        "tls" => Fault::Tls,
        "timeout" => Fault::Timeout,
        "too_large" => Fault::TooLarge,
        "garbled" => Fault::Garbled,
        _ => return Err(Failure::new(Status::Config, "fault: there is none of this name")),
    })
}
