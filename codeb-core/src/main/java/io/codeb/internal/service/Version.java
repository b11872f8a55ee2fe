package io.codeb.internal.service;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which version of CodeB this is. */
final class Version {
    /** The program as manifests name it, for example {@code codeb 0.1.0}. */
    static final String PROGRAM = "codeb " + read();

    private Version() {}

    private static String read() {
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new IllegalStateException("the version is part of the library", e);
        }
    }
}
