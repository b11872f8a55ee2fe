package io.codeb.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.provider.ProviderConfig;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** With zstd-jni as applications bring it: other versions, and where its machine code cannot be loaded. */
class ZstdLibraryTest {
    /** Where the build puts other versions than the one that it is compiled with. */
    private static final Path OTHERS = Path.of("target/zstd-jni");

    @ParameterizedTest
    @ValueSource(strings = {"1.5.5-1", "1.5.7-3"})
    void anOlderVersionReadsWhatItWrites(String version) throws Exception {
        try (URLClassLoader application = application(OTHERS.resolve("zstd-jni-" + version + ".jar"))) {
            create(application);
        }
    }

    @Test
    void machineCodeThatCannotBeLoadedIsToldBeforeTheFirstBackup(@TempDir Path directory) throws Exception {
        Path noDirectory = Files.createFile(directory.resolve("file"));
        String before = System.setProperty("ZstdTempFolder", noDirectory.toString());
        try (URLClassLoader application = application(OTHERS.resolve("zstd-jni-1.5.7-3.jar"))) {
            Throwable failure = catchThrowable(() -> create(application));
            assertThat(failure)
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .extracting(Throwable::toString)
                    .asString()
                    .contains("MODULE_MISSING", "zstd-jni does not work here", "-DZstdTempFolder=");
        } finally {
            if (before == null) {
                System.clearProperty("ZstdTempFolder");
            } else {
                System.setProperty("ZstdTempFolder", before);
            }
        }
    }

    /** The codec as a class loader of its own sees it, which has another zstd-jni. */
    private static URLClassLoader application(Path zstd) throws IOException {
        assertThat(zstd).exists();
        List<URL> classPath = new ArrayList<>(List.of(zstd.toUri().toURL()));
        for (Class<?> each : List.of(ZstdCodec.class, CodecProvider.class, LoggerFactory.class)) {
            classPath.add(each.getProtectionDomain().getCodeSource().getLocation());
        }
        return new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static void create(ClassLoader application) throws ReflectiveOperationException {
        Class<?> config = application.loadClass(ProviderConfig.class.getName());
        Object provider = application
                .loadClass(ZstdCodecProvider.class.getName())
                .getConstructor()
                .newInstance();
        Object codec = provider.getClass()
                .getMethod("create", config)
                .invoke(provider, config.getMethod("of", String.class).invoke(null, "zstd"));
        assertThat(codec.getClass().getClassLoader()).isSameAs(application);
    }
}
