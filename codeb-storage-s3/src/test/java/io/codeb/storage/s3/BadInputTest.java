package io.codeb.storage.s3;

import java.util.stream.Stream;

/** With a server in this JVM, which has one user. */
class BadInputTest extends BadInputContract {
    BadInputTest() {
        super(S3Server.inThisJvm());
    }

    @Override
    Stream<BadInput> ofThisServer() {
        return Stream.empty();
    }
}
