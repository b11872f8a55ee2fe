package io.codeb.it;

import java.nio.file.Path;

/** Spring Boot 3, in the JVM of the tests. */
class SpringBoot3IT extends SpringBootContract {
    @Override
    int line() {
        return 3;
    }

    @Override
    Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
