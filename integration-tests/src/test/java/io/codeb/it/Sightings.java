package io.codeb.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.codeb.error.CodeBException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.slf4j.LoggerFactory;

/**
 * Looks for secrets in whatever it is shown, and while it is open in all logs of this JVM, at every level, and in the
 * arguments and the environment of all processes of the machine, again and again. Thread-safe.
 */
final class Sightings implements AutoCloseable {
    /** By what they are; each as it is, and as it is in the middle of something in Base64. */
    private final Map<String, List<String>> secrets = new ConcurrentHashMap<>();

    private final Set<String> places = ConcurrentHashMap.newKeySet();
    private final Set<String> programs = ConcurrentHashMap.newKeySet();
    private final Set<String> loggers = ConcurrentHashMap.newKeySet();
    private final String ownNamespace = namespace(Path.of("/proc/self"));
    private final Thread processes = new Thread(this::watchProcesses, "sightings");
    private final Logger log = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level levelBefore = log.getLevel();
    private final List<Appender<ILoggingEvent>> appendersBefore = new ArrayList<>();
    private final java.util.logging.Logger otherLog = java.util.logging.Logger.getLogger("");
    private final java.util.logging.Level otherLevelBefore = otherLog.getLevel();
    private final Appender<ILoggingEvent> logged = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            loggers.add(event.getLoggerName());
            look("log " + event.getLoggerName(), event.getFormattedMessage() + event.getMDCPropertyMap());
            if (event.getThrowableProxy() != null) {
                look("log " + event.getLoggerName(), ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    };
    private final Handler otherLogged = new Handler() {
        @Override
        public void publish(LogRecord event) {
            look("log " + event.getLoggerName(), event.getMessage());
            if (event.getParameters() != null) {
                Arrays.asList(event.getParameters()).forEach(each -> look("log " + event.getLoggerName(), each));
            }
            if (event.getThrown() != null) {
                failure("log " + event.getLoggerName(), event.getThrown());
            }
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    };

    private volatile boolean closed;

    Sightings() {
        log.iteratorForAppenders().forEachRemaining(appendersBefore::add);
        appendersBefore.forEach(log::detachAppender);
        logged.start();
        log.addAppender(logged);
        log.setLevel(Level.TRACE);
        otherLogged.setLevel(java.util.logging.Level.ALL);
        otherLog.addHandler(otherLogged);
        otherLog.setLevel(java.util.logging.Level.ALL);
        processes.setDaemon(true);
        processes.start();
    }

    /** A new secret, of letters and digits only, which no encoding of text changes. */
    String plant(String what) {
        String secret = "canary" + UUID.randomUUID().toString().replace("-", "");
        secrets.put(what, List.of(secret, inBase64(secret, 0), inBase64(secret, 1), inBase64(secret, 2)));
        return secret;
    }

    /** What of it does not depend on what stands before and behind it. */
    private static String inBase64(String secret, int before) {
        String whole =
                Base64.getEncoder().withoutPadding().encodeToString(("x".repeat(before) + secret).getBytes(UTF_8));
        return whole.substring(4, whole.length() - 4);
    }

    void look(String place, Object shown) {
        String text = String.valueOf(shown);
        secrets.forEach((what, forms) -> {
            if (forms.stream().anyMatch(text::contains)) {
                places.add(place + " has the " + what);
            }
        });
    }

    /** Its causes and what was suppressed, and what it says to do. */
    void failure(String place, Throwable failure) {
        StringWriter all = new StringWriter();
        failure.printStackTrace(new PrintWriter(all));
        look(place, all);
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof CodeBException known) {
                look(place, known.hint());
            }
        }
    }

    void files(String place, Path directory) {
        Aftermath.filesBelow(directory).forEach(file -> {
            look(place + " " + file, file);
            bytes(place + " " + file, file);
        });
    }

    private void bytes(String place, Path file) {
        try {
            look(place, Files.readString(file, ISO_8859_1));
        } catch (IOException e) {
            // It is gone, and what was in it.
        }
    }

    private void watchProcesses() {
        while (!closed) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                all.forEach(this::lookAtProcess);
            } catch (IOException e) {
                places.add("nowhere: /proc cannot be read: " + e);
                return;
            }
        }
    }

    private void lookAtProcess(Path process) {
        try {
            String where = namespace(process).equals(ownNamespace) ? "on the host" : "in a container";
            String program =
                    Files.readString(process.resolve("comm"), ISO_8859_1).strip();
            String arguments = Files.readString(process.resolve("cmdline"), ISO_8859_1);
            programs.add(program + " " + where);
            look("arguments of " + program + " " + where, arguments);
            for (String variable :
                    Files.readString(process.resolve("environ"), ISO_8859_1).split("\0", -1)) {
                look("environment of " + program + " " + where + ", " + variable.split("=", 2)[0] + ",", variable);
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    private static String namespace(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/pid")).toString();
        } catch (IOException e) {
            return "ended";
        }
    }

    /** Where a secret was seen. */
    List<String> places() {
        return places.stream().sorted().toList();
    }

    /** The programs that were looked at, and where they ran. */
    Set<String> programs() {
        return programs;
    }

    /** Who has logged something. */
    Set<String> loggers() {
        return loggers;
    }

    @Override
    public void close() {
        closed = true;
        otherLog.removeHandler(otherLogged);
        otherLog.setLevel(otherLevelBefore);
        log.setLevel(levelBefore);
        log.detachAppender(logged);
        appendersBefore.forEach(log::addAppender);
        try {
            processes.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
