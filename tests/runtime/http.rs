//! What goes out, what comes back, and what each way to fail is called.

use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use jeton::source::{Fault, Request};
use zeroize::Zeroizing;

use crate::exchange::{SOON, begin, failure, fault, get, over, response, transport};
use crate::server::{Server, read_request};

const EMPTY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

fn request(method: &'static str, url: String, body: Option<&str>) -> Request {
    let body = body.map(|body| Zeroizing::new(body.as_bytes().to_vec()));
    Request { method, body, ..get(url) }
}

#[test]
fn a_request_goes_out_as_it_is() {
    let server = Server::answering(EMPTY);
    let cases = [
        ("GET", None, None),
        ("GET", Some("{}"), Some("content-length: 2")),
        ("POST", None, Some("content-length: 0")),
        ("POST", Some(""), Some("content-length: 0")),
        ("POST", Some("a=b"), Some("content-length: 3")),
        ("PUT", Some("{}"), Some("content-length: 2")),
        ("DELETE", None, None),
        ("DELETE", Some("{}"), Some("content-length: 2")),
    ];
    for (number, (method, body, length)) in cases.into_iter().enumerate() {
        let mut request = request(method, server.url("/a%20b//c?x=%2F&y"), body);
        request.headers.push(("X-Latin".to_owned(), Zeroizing::new(b"Z\xfcrich".to_vec())));
        assert_eq!(response(request).status, 200);
        let asked = server.requests()[number].clone();
        assert_eq!(asked.line, format!("{method} /a%20b//c?x=%2F&y HTTP/1.1"));
        assert_eq!(asked.body, body.unwrap_or_default().as_bytes(), "{method}");
        let mut expected: Vec<Vec<u8>> = vec![
            b"X-Latin: Z\xfcrich".to_vec(),
            b"accept-encoding: identity".to_vec(),
            b"accept: */*".to_vec(),
            format!("host: {}", server.address).into_bytes(),
            format!("user-agent: jeton/{}", env!("CARGO_PKG_VERSION")).into_bytes(),
        ];
        expected.extend(length.map(|length| length.as_bytes().to_vec()));
        expected.sort();
        assert_eq!(asked.headers, expected, "{method}");
    }
}

#[test]
fn headers_of_the_request_win() {
    let server = Server::answering(EMPTY);
    let mut request = get(server.url("/"));
    for (name, value) in [("User-Agent", "other"), ("Accept", "application/json"), ("Host", "elsewhere.test")] {
        request.headers.push((name.to_owned(), Zeroizing::new(value.as_bytes().to_vec())));
    }
    assert_eq!(response(request).status, 200);
    let headers = server.requests().remove(0).headers;
    for expected in ["User-Agent: other", "Accept: application/json", "Host: elsewhere.test"] {
        assert!(headers.contains(&expected.as_bytes().to_vec()), "{expected}");
    }
    assert_eq!(headers.len(), 4);
}

#[test]
fn an_answer_is_read_whole() {
    let cases: [(&str, u16, &[u8]); 5] = [
        ("200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello"),
        ("200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 200, b"hello"),
        ("200 OK\r\n\r\nhello", 200, b"hello"),
        ("204 No Content\r\n\r\n", 204, b""),
        ("404 Not Found\r\nContent-Length: 2\r\n\r\n{}", 404, b"{}"),
    ];
    for (answer, status, body) in cases {
        let server = Server::closing(format!("HTTP/1.1 {answer}"));
        let response = response(get(server.url("/")));
        assert_eq!((response.status, &response.body[..]), (status, body), "{answer}");
    }
}

/// A small answer stays small, and nobody is asked for one that is packed.
#[test]
fn dos_08_nothing_is_unpacked() {
    for coding in ["gzip", "deflate", "br", "zstd"] {
        let server =
            Server::answering(format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: 3\r\n\r\nxyz"));
        assert_eq!(response(get(server.url("/"))).body, b"xyz", "{coding}");
        assert!(server.requests()[0].headers.contains(&b"accept-encoding: identity".to_vec()));
    }
}

#[test]
fn header_values_are_utf8_or_latin_1() {
    let server =
        Server::answering(&b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-A: Z\xc3\xbcrich\r\nX-B: Z\xfcrich\r\n\r\n"[..]);
    let headers = response(get(server.url("/"))).headers;
    let value =
        |name| headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| &value[..]);
    assert_eq!((value("X-A"), value("X-B")), (Some("Zürich"), Some("Zürich")));
}

#[test]
fn dos_07_a_redirect_is_an_answer_and_nobody_is_asked_again() {
    let elsewhere = Server::answering(EMPTY);
    for status in [301, 302, 303, 307, 308] {
        for location in [elsewhere.url("/"), "file:///etc/passwd".to_owned(), "//x".to_owned(), String::new()] {
            let answer = format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 3\r\n\r\nodd");
            let server = Server::closing(answer);
            let request = request("POST", server.url("/"), Some("secret"));
            assert_eq!(response(request).status, status, "{location}");
        }
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn an_answer_that_breaks_off_is_dropped() {
    for answer in [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ] {
        assert_eq!(fault(get(Server::closing(answer).url("/"))), Fault::Dropped, "{answer:?}");
    }
}

#[test]
fn an_answer_that_is_no_http_is_garbled() {
    for answer in [
        "hello\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ] {
        assert_eq!(fault(get(Server::answering(answer).url("/"))), Fault::Garbled, "{answer:?}");
    }
    let headers = "X: y\r\n".repeat(1000);
    assert_eq!(fault(get(Server::answering(format!("HTTP/1.1 200 OK\r\n{headers}\r\n")).url("/"))), Fault::Garbled);
    assert_eq!(fault(get("no url")), Fault::Garbled);
}

#[test]
fn dos_09_an_answer_is_read_up_to_the_cap_and_no_further() {
    let sized = |bytes: usize| format!("HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n{}", "x".repeat(bytes));
    let chunk = format!("400\r\n{}\r\n", "x".repeat(1024));
    let endless = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}", chunk.repeat(10_000));
    let capped = |answer: String| {
        let mut transport = transport();
        transport.max_body_bytes = 1000;
        over(transport, get(Server::answering(answer).url("/")))
    };
    assert_eq!(response(capped(sized(1000))).body.len(), 1000);
    assert_eq!(fault(capped(sized(1001))), Fault::TooLarge);
    assert_eq!(fault(capped(endless)), Fault::TooLarge);
    let head = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(100_000));
    assert_eq!(fault(capped(head)), Fault::TooLarge);
}

#[test]
fn nobody_there_is_refused_or_unresolved() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(fault(get(format!("http://127.0.0.1:{port}/"))), Fault::Refused);
    assert_eq!(fault(get(format!("http://[::1]:{port}/"))), Fault::Refused);
    assert_eq!(fault(get("http://name.invalid/")), Fault::Unresolved);
}

#[test]
fn dos_06_a_slow_server_has_the_whole_timeout_and_no_more() {
    let dripping = Server::raw(|_, mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    for server in [Server::silent(), dripping] {
        let mut transport = transport();
        transport.request_timeout_ms = 400;
        let began = Instant::now();
        assert_eq!(fault(over(transport, get(server.url("/")))), Fault::Timeout);
        let took = began.elapsed();
        assert!(took >= Duration::from_millis(390) && took < Duration::from_secs(2), "{took:?}");
    }
}

#[test]
fn a_connection_that_does_not_come_about_has_its_own_timeout() {
    // The handshake belongs to the connection, and a silent server never answers it.
    let mut transport = transport();
    transport.connect_timeout_ms = 300;
    let url = format!("https://{}/", Server::silent().address);
    let began = Instant::now();
    assert_eq!(fault(over(transport, get(url))), Fault::Timeout);
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[test]
fn the_requests_of_one_operation_share_a_connection_and_operations_do_not() {
    let server = Server::answering(EMPTY);
    for operations in 1..=2 {
        let wait = begin((0..3).map(|_| get(server.url("/"))).collect(), SOON);
        assert!(wait.wait(SOON));
        assert_eq!(wait.result().unwrap().unwrap().lock().unwrap().len(), 3);
        assert_eq!((server.connections(), server.requests().len()), (operations, operations * 3));
    }
}

#[test]
fn a_proxy_is_told_where_to_go() {
    let target = Server::answering(EMPTY);
    let address = target.address;
    let proxy = Server::raw(move |proxy, mut stream| {
        proxy.note(read_request(&mut stream).unwrap());
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let (mut there, mut back) = (std::net::TcpStream::connect(address).unwrap(), stream.try_clone().unwrap());
        let mut answers = there.try_clone().unwrap();
        thread::spawn(move || std::io::copy(&mut answers, &mut back));
        let _ = std::io::copy(&mut stream, &mut there);
    });
    let mut through = transport();
    through.proxy = Some(format!("http://user:p%40ss@{}", proxy.address));
    assert_eq!(response(over(through, get("http://inside.test:8080/x"))).status, 200);
    let asked = proxy.requests().remove(0);
    assert_eq!(asked.line, "CONNECT inside.test:8080 HTTP/1.1");
    assert!(asked.headers.contains(&b"Proxy-Authorization: Basic dXNlcjpwQHNz".to_vec()));
    assert_eq!(target.requests()[0].line, "GET /x HTTP/1.1");
}

#[test]
fn a_proxy_that_drips_or_floods_is_given_up() {
    for (piece, pause_ms) in [("a".to_owned(), 20), ("a".repeat(4096), 0)] {
        let proxy = Server::raw(move |_, mut stream| {
            let _ = read_request(&mut stream);
            let _ = stream.write_all(b"HTTP/1.1 200 ");
            while stream.write_all(piece.as_bytes()).is_ok() {
                thread::sleep(std::time::Duration::from_millis(pause_ms));
            }
        });
        let mut through = transport();
        (through.proxy, through.connect_timeout_ms, through.request_timeout_ms) = (Some(proxy.url("")), 300, 600);
        let began = std::time::Instant::now();
        let fault = fault(over(through, get("http://inside.test/")));
        assert!(began.elapsed() < std::time::Duration::from_secs(2), "{fault:?} after {:?}", began.elapsed());
    }
}

#[test]
fn a_proxy_that_does_not_let_through_is_as_good_as_none() {
    let mut through = transport();
    through.proxy = Some(Server::answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").url(""));
    assert_eq!(fault(over(through.clone(), get("http://inside.test/"))), Fault::Refused);
    for url in ["socks5://127.0.0.1:1080", "ftp://x", "", "http://"] {
        through.proxy = Some(url.to_owned());
        let failure = failure(over(through.clone(), get("http://inside.test/")));
        assert_eq!(failure.to_string(), "CONFIG: config.proxy: expected the URL of an HTTP proxy", "{url}");
    }
}
