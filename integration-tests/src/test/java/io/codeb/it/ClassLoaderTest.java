package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that is dropped, as servers of many do, is gone: nothing of CodeB holds on to its classes. */
class ClassLoaderTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    /**
     * In a JVM where nobody else watches what is loaded, and which lets go at once of what is held softly: the JDK 25
     * holds the types of the record whose methods it linked last that way. To run out of memory does not make sure of
     * it: in one run of ten it was still held afterwards.
     */
    @Test
    void anApplicationThatIsDroppedIsGone() throws Exception {
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:SoftRefLRUPolicyMSPerMB=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(server.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(server.waitFor()).as(said).isZero();
        assertThat(said)
                .contains("backed up 700000 bytes, whole true, elsewhere unknown")
                .contains("the application is gone");
    }

    /** A server of applications, with one of them, which it drops. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws Exception {
            ReferenceQueue<ClassLoader> gone = new ReferenceQueue<>();
            Reference<ClassLoader> application = droppedAfterUse(arguments[0], gone);
            useARecordOfTheJdksTypes();

            long deadline = System.nanoTime() + LIMIT.toNanos();
            Reference<?> collected = null;
            while (collected == null && System.nanoTime() < deadline) {
                System.gc();
                collected = gone.remove(100);
            }
            System.out.println("the application is " + (collected == application ? "gone" : "still there"));
        }

        /** In a method of its own, so that no variable holds the loader. */
        private static Reference<ClassLoader> droppedAfterUse(String directory, ReferenceQueue<ClassLoader> gone)
                throws Exception {
            try (URLClassLoader application = anApplication()) {
                Object guest = application
                        .loadClass(GuestApplication.class.getName())
                        .getDeclaredConstructor()
                        .newInstance();
                @SuppressWarnings("unchecked")
                Function<String, String> function = (Function<String, String>) guest;
                System.out.println(function.apply(directory));
                return new WeakReference<>(application, gone);
            }
        }

        /** The whole class path once more, beside the server's. */
        private static URLClassLoader anApplication() throws Exception {
            List<URL> path = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                path.add(Path.of(entry).toUri().toURL());
            }
            return new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
        }

        /**
         * The JDK 17 remembers the types of the record whose methods it linked last, in one place for the whole JVM,
         * until it links another's.
         */
        private static void useARecordOfTheJdksTypes() {
            record Other(String text, Integer number) {}
            Other other = new Other("a", 1);
            System.out.println(other + " " + other.hashCode() + " " + other.equals(new Other("b", 1)));
        }
    }
}
