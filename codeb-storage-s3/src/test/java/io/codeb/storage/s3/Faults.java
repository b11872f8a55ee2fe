package io.codeb.storage.s3;

import io.codeb.storage.s3.FaultProxy.Answer;
import io.codeb.storage.s3.FaultProxy.Exchange;
import io.codeb.storage.s3.FaultProxy.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What happens between a client and a store. */
enum Faults implements Fault {
    /** The request does not arrive. */
    CUT_BEFORE {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.reset();
        }
    },
    /** The store does what it is asked, and its answer does not arrive. */
    CUT_AFTER {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.forward();
            exchange.reset();
        }
    },
    /** The connection breaks within the answer. */
    CUT_WITHIN {
        @Override
        public void befall(Exchange exchange) throws IOException {
            Answer answer = exchange.forward();
            exchange.send(answer, answer.length() / 2);
            exchange.reset();
        }
    },
    /** The answer ends too early, as if that were its end. */
    ENDED_WITHIN {
        @Override
        public void befall(Exchange exchange) throws IOException {
            Answer answer = exchange.forward();
            exchange.send(answer, answer.length() / 2);
        }
    },
    /** The answer ends too early, and its length was not told. */
    ENDED_WITHIN_UNTOLD {
        @Override
        public void befall(Exchange exchange) throws IOException {
            Answer answer = exchange.forward();
            exchange.send(answer.without("Content-Length"), answer.length() / 2);
        }
    },
    /** Nobody answers. */
    STALL {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.stall();
        }
    },
    /** The answer stands still. */
    STALL_WITHIN {
        @Override
        public void befall(Exchange exchange) throws IOException {
            Answer answer = exchange.forward();
            exchange.send(answer, answer.length() / 2);
            exchange.stall();
        }
    },
    /** What is no HTTP. */
    GIBBERISH {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.out().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    },
    /** The store fails. */
    INTERNAL_ERROR {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(error("500 Internal Server Error", "InternalError"));
        }
    },
    /** A load balancer has no store to ask. */
    BAD_GATEWAY {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(Answer.of("502 Bad Gateway", "text/html", PAGE));
        }
    },
    /** The store has too much to do. */
    SLOW_DOWN {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(error("503 Slow Down", "SlowDown"));
        }
    },
    /** The store refuses. */
    DENIED {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(error("403 Forbidden", "AccessDenied"));
        }
    },
    /** The clocks of both sides are apart. */
    SKEWED {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(error("403 Forbidden", "RequestTimeTooSkewed"));
        }
    },
    /** The store fails, and its status does not say so. */
    ERROR_IN_200 {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(error("200 OK", "InternalError"));
        }
    },
    /** The store asks for patience, and for more than anybody has. */
    RETRY_TOMORROW {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(error("503 Slow Down", "SlowDown").with("Retry-After", "86400"));
        }
    },
    /** The page of a captive portal, or of an application that answers whatever it is asked. */
    HTML {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(Answer.of("200 OK", "text/html", PAGE));
        }
    },
    /** Yes, and nothing more. */
    EMPTY {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(Answer.of("200 OK", "application/xml", ""));
        }
    },
    /** Whoever answers sends the client to a page to log in. */
    REDIRECT {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(Answer.of("302 Found", "text/html", PAGE).with("Location", "http://127.0.0.1:1/login"));
        }
    },
    /** A web server has no such page. */
    NO_SUCH_PAGE {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(Answer.of("404 Not Found", "text/html", PAGE));
        }
    },
    /** Something on the way refuses. */
    FORBIDDEN_PAGE {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(Answer.of("403 Forbidden", "text/html", PAGE));
        }
    },
    /** A web server of one page. */
    PAGE_WITH_ETAG {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(Answer.of("200 OK", "text/html", PAGE)
                    .with("ETag", "\"5f3a-1\"")
                    .with("Last-Modified", "Thu, 26 Nov 2026 10:00:00 GMT"));
        }
    },
    /** The answer never ends. */
    ENDLESS {
        @Override
        public void befall(Exchange exchange) throws IOException {
            exchange.send(
                    Answer.of("200 OK", "application/xml", "<ListBucketResult>").without("Content-Length"));
            byte[] more = "<Contents><Key>key</Key></Contents>".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
            while (true) {
                exchange.out().write(more);
            }
        }
    };

    private static final String PAGE =
            "<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body>Log in<br></html>\n";

    private static Answer error(String status, String code) {
        return Answer.of(
                status,
                "application/xml",
                "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>no</Message></Error>");
    }
}
