//! Stopping with requests in flight.

use crate::common::{Host, models, spinning};
use crate::soak::alone;
use crate::soak::load::{self, QUESTION};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

#[test]
fn a_drain_with_500_requests_in_flight_loses_none() {
    let _alone = alone();
    let dir = models(&[(1, spinning(1_500_000))]);
    let mut host = Host::quiet(dir.path(), &["--threads", "1", "--deadline-ms", "5000"]);
    let runtime = load::runtime();
    let (mut senders, mut tasks) = (Vec::new(), Vec::new());
    for _ in 0..500 {
        let (address, (send, sent)) = (host.address.clone(), oneshot::channel());
        senders.push(sent);
        tasks.push(runtime.spawn(async move {
            let mut stream = TcpStream::connect(&address).await.unwrap();
            // all of it but the last byte, so that all can be in flight at once
            let (head, last) = QUESTION.split_at(QUESTION.len() - 1);
            stream.write_all(head.as_bytes()).await.unwrap();
            send.send(()).unwrap();
            tokio::time::sleep(Duration::from_millis(200)).await;
            load::ask(&mut stream, last).await.map_or(0, |outcome| outcome.status)
        }));
    }
    senders.into_iter().for_each(|sent| runtime.block_on(sent).unwrap());
    std::thread::sleep(Duration::from_millis(250));
    host.terminate();
    let answers: Vec<u16> = tasks.into_iter().map(|t| runtime.block_on(t).unwrap()).collect();
    let answered = answers.iter().filter(|status| **status == 200).count();
    println!("soak: drain with 500 requests in flight: {answered} answered");
    assert_eq!(answered, 500, "{answers:?}");
    assert!(host.wait().success());
}
