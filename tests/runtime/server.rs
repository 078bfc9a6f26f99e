//! Servers on loopback that behave as a test wants, down to the byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A server, and what came to it. It serves until the test program ends.
#[derive(Clone)]
pub struct Server {
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<Asked>>>,
}

/// A request as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub line: String,
    /// Header lines, sorted.
    pub headers: Vec<Vec<u8>>,
    pub body: Vec<u8>,
}

impl Server {
    /// Hands every connection to `serve`, each on a thread of its own.
    pub fn raw(serve: impl Fn(&Server, TcpStream) + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = Server { address, connections: Arc::default(), requests: Arc::default() };
        let (accepting, serve) = (server.clone(), Arc::new(serve));
        thread::spawn(move || {
            for stream in listener.incoming() {
                accepting.connections.fetch_add(1, Ordering::SeqCst);
                let (server, serve) = (accepting.clone(), Arc::clone(&serve));
                thread::spawn(move || serve(&server, stream.unwrap()));
            }
        });
        server
    }

    /// Answers each request with these bytes.
    pub fn answering(answer: impl Into<Vec<u8>>) -> Server {
        let answer = answer.into();
        Server::raw(move |server, mut stream| {
            while let Some(asked) = read_request(&mut stream) {
                server.note(asked);
                if stream.write_all(&answer).is_err() {
                    return;
                }
            }
        })
    }

    /// Answers the first request with these bytes and hangs up.
    pub fn closing(answer: impl Into<Vec<u8>>) -> Server {
        let answer = answer.into();
        Server::raw(move |server, mut stream| {
            if let Some(asked) = read_request(&mut stream) {
                server.note(asked);
                let _ = stream.write_all(&answer);
            }
        })
    }

    /// Answers one request of each connection, all on one thread; `None` leaves it without an answer.
    pub fn of_one_thread(answer: impl Fn(&Server, Asked) -> Option<Vec<u8>> + Send + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = Server { address, connections: Arc::default(), requests: Arc::default() };
        let serving = server.clone();
        thread::spawn(move || {
            let mut unanswered = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(asked) = read_request(&mut stream) else { continue };
                serving.note(asked.clone());
                match answer(&serving, asked) {
                    Some(answer) => drop(stream.write_all(&answer)),
                    None => unanswered.push(stream),
                }
            }
        });
        server
    }

    /// Takes connections and says nothing.
    pub fn silent() -> Server {
        Server::raw(|_, mut stream| {
            let _ = stream.read_to_end(&mut Vec::new());
        })
    }

    pub fn note(&self, asked: Asked) {
        self.requests.lock().unwrap().push(asked);
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn requests(&self) -> Vec<Asked> {
        self.requests.lock().unwrap().clone()
    }
}

/// One request; `None` where the connection ends.
pub fn read_request(stream: &mut (impl Read + ?Sized)) -> Option<Asked> {
    // Byte by byte, so that nothing of a next request is taken.
    let mut reader = BufReader::with_capacity(1, stream);
    let mut line = |lines: &mut Vec<u8>| reader.read_until(b'\n', lines).ok().filter(|read| *read > 0);
    let mut asked = Asked::default();
    let mut first = Vec::new();
    line(&mut first)?;
    asked.line = String::from_utf8(first).unwrap().trim_end().to_owned();
    loop {
        let mut header = Vec::new();
        line(&mut header)?;
        let header = header.trim_ascii_end().to_vec();
        if header.is_empty() {
            break;
        }
        asked.headers.push(header);
    }
    asked.headers.sort();
    asked.body = vec![0; asked.length()];
    reader.read_exact(&mut asked.body).ok()?;
    Some(asked)
}

impl Asked {
    fn length(&self) -> usize {
        let prefix = "content-length: ";
        let length = self.headers.iter().find_map(|header| {
            let header = std::str::from_utf8(header).ok()?;
            header.to_ascii_lowercase().strip_prefix(prefix).map(str::to_owned)
        });
        length.map_or(0, |length| length.parse().unwrap())
    }
}
