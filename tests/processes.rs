//! S14: eight processes of four hosts, one token file, one rotating refresh token. One of them fetches the token, and one renews it when it ends;
//! the others read what it stored. So there is one request each time, and no refresh token is ever sent twice.
//!
//! `make drivers`, then `cargo test --test processes`.

mod support;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Barrier;
use std::time::Duration;
use std::{env, fs, thread};

use serde_json::{Value, json};

use support::loopback::Loopback;
use support::session::Session;

const HOSTS: [&str; 8] = ["c", "go", "node", "ruby", "c", "go", "node", "ruby"];

/// How long the tokens live: the first ends during the test, the second does not.
const LIFETIMES_S: [u64; 2] = [3, 3600];

#[test]
fn s14_eight_processes_renew_one_rotating_token_once() {
    let folder = env::temp_dir().join(format!("jeton-processes-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let name = "tokens".to_owned();
    let (server, listeners) = Loopback::bind([(&name, true)].into_iter());
    let grant = |n: usize| {
        json!({"status": 200, "delay_ms": 100, "json": {"access_token": format!("access-token-{n}"), "token_type": "Bearer",
            "expires_in": LIFETIMES_S[n - 1], "refresh_token": format!("refresh-token-{n}")}})
    };
    server.serve(listeners, vec![(name, (1..=2).map(grant).collect())]);
    let url = format!("http://127.0.0.1:{}/token", server.ports()[0].1);

    let rounds = Barrier::new(HOSTS.len());
    let (file, folder_of) = (folder.join("shared.json"), folder.as_path());
    let served: Vec<Vec<String>> = thread::scope(|scope| {
        let processes = HOSTS.map(|host| {
            let (url, file, rounds) = (&url, &file, &rounds);
            scope.spawn(move || tokens_of(host, folder_of, url, file, rounds))
        });
        processes.into_iter().map(|process| process.join().unwrap()).collect()
    });

    for round in 0..LIFETIMES_S.len() {
        let distinct: HashSet<&str> = served.iter().map(|own| own[round].as_str()).collect();
        assert_eq!(distinct, HashSet::from([format!("access-token-{}", round + 1).as_str()]), "round {round}");
    }
    let sent: Vec<String> = server.received().iter().map(|request| refresh_token_of(&request.body)).collect();
    let expected: Vec<String> = (0..LIFETIMES_S.len()).map(|n| format!("refresh-token-{n}")).collect();
    assert_eq!(sent, expected, "one request a round, each with the refresh token of the one before");
    fs::remove_dir_all(&folder).unwrap();
}

/// What one process is served, round by round, when all ask at the same moment.
fn tokens_of(host: &str, home: &Path, url: &str, file: &Path, rounds: &Barrier) -> Vec<String> {
    let mut session = Session::start(host, home, None);
    let config = json!({"kind": "oauth2", "grant": "refresh_token", "token_url": url, "client_id": "app", "client_auth": "none",
        "leeway_s": 0, "token_file": file});
    let open =
        json!({"op": "source.open", "source": "s", "config": config, "secrets": {"refresh_token": "refresh-token-0"}});
    let ask = |session: &mut Session, request: &Value| {
        let answer = session.ask(request).unwrap_or_else(|why| panic!("{host}: {why}"));
        answer.get("ok").unwrap_or_else(|| panic!("{host}: {answer}")).clone()
    };
    ask(&mut session, &open);
    (0..LIFETIMES_S.len())
        .map(|round| {
            if round > 0 {
                thread::sleep(Duration::from_secs(LIFETIMES_S[0]) + Duration::from_millis(100));
            }
            rounds.wait();
            let token = ask(&mut session, &json!({"op": "source.token", "source": "s"}));
            rounds.wait();
            token["token"].as_str().expect("a token").to_owned()
        })
        .collect()
}

fn refresh_token_of(body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    let token = body.split('&').find_map(|member| member.strip_prefix("refresh_token="));
    token.unwrap_or_else(|| panic!("no refresh token in {body}")).to_owned()
}
