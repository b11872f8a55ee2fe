package io.codeb.it;

import java.nio.file.Path;

/** Spring Boot 4, in the newest JVM of the machine. */
class SpringBoot4IT extends SpringBootContract {
    @Override
    int line() {
        return 4;
    }

    @Override
    Path java() {
        return Path.of(PostgresServer.environment("CODEB_TEST_NEWEST_JDK"), "bin", "java");
    }
}
