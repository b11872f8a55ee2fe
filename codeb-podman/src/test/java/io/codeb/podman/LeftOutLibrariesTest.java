package io.codeb.podman;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application may leave out what docs/embedding.md says it may. */
class LeftOutLibrariesTest {
    /** All that is on the class path, but for the jars that have the word in their names. */
    static URLClassLoader without(String word) throws MalformedURLException {
        List<URL> left = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.contains(word)) {
                left.add(Path.of(entry).toUri().toURL());
            }
        }
        return new URLClassLoader(left.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    @Test
    void aKeyThatTakesBouncyCastleSaysSo(@TempDir Path directory) throws Exception {
        for (String name : List.of("ca.pem", "cert.pem", "key.pem")) {
            Files.createFile(directory.resolve(name));
        }
        try (URLClassLoader application = without("bouncycastle")) {
            Method read = application.loadClass(TlsFiles.class.getName()).getDeclaredMethod("read", Path.class);
            read.setAccessible(true);

            assertThatThrownBy(() -> read.invoke(null, directory))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .extracting(Object::toString, as(STRING))
                    .contains("without BouncyCastle")
                    .contains("org.bouncycastle:bcpkix-jdk18on");
        }
    }
}
