package io.codeb.internal.host;

import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.ExecSpec;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a command's spec into a process of this host. */
final class HostCommand {
    private static final File NOTHING = new File("/dev/null");

    private final ExecSpec spec;
    private final Charset encoding;
    private final boolean asAnother;

    HostCommand(ExecSpec spec) {
        this(spec, Charset.forName(System.getProperty("sun.jnu.encoding")));
    }

    /**
     * Prepares a command.
     *
     * @param encoding how this JVM hands words to the system: the locale's, whatever the words are
     */
    HostCommand(ExecSpec spec, Charset encoding) {
        this.spec = spec;
        this.encoding = encoding;
        this.asAnother = spec.user().isPresent() && !spec.user().get().equals(System.getProperty("user.name"));
    }

    /**
     * Starts the process.
     *
     * @throws ContainerException {@code EXEC_NOT_STARTED} when there is no such program, or no right to start it
     */
    ProcessFamily start() {
        if (asAnother) {
            requireRoot();
        }
        if (asAnother || spec.isNice()) {
            requireProgram();
        }
        spec.command().forEach(word -> requireEncodable(word, "one of its arguments"));
        ProcessBuilder builder = new ProcessBuilder(words());
        if (!spec.stdin()) {
            builder.redirectInput(NOTHING);
        }
        fill(builder.environment());
        try {
            return ProcessFamily.start(builder);
        } catch (IOException e) {
            throw notStarted(String.valueOf(e.getMessage()), "install it, or put its directory on the PATH", e);
        }
    }

    private List<String> words() {
        List<String> words = new ArrayList<>();
        if (spec.isNice()) {
            addIfThere(words, "nice", "-n", "19");
            addIfThere(words, "ionice", "-c", "3");
        }
        if (asAnother) {
            words.addAll(List.of("runuser", "-u", spec.user().orElseThrow(), "--"));
        }
        words.addAll(spec.command());
        return words;
    }

    private static void addIfThere(List<String> words, String program, String... arguments) {
        if (isOnPath(program)) {
            words.add(program);
            words.addAll(List.of(arguments));
        }
    }

    private void fill(Map<String, String> environment) {
        // What else is in this process's environment may be a secret of its own.
        environment.keySet().removeIf(name -> !isPassedOn(name));
        spec.environment().forEach((name, value) -> put(environment, name, value));
        for (Map.Entry<String, Secret> secret : spec.secrets().entrySet()) {
            put(environment, secret.getKey(), secret.getValue().reveal());
        }
    }

    private void put(Map<String, String> environment, String name, String value) {
        requireEncodable(value, "its variable " + name);
        environment.put(name, value);
    }

    /** What does not fit the encoding would arrive as question marks: another database's name, or a wrong password. */
    private void requireEncodable(String text, String what) {
        if (!encoding.newEncoder().canEncode(text)) {
            throw notStarted(
                    what + " has characters that the locale's encoding " + encoding + " has not",
                    "run Java in a UTF-8 locale, for example with LC_ALL=C.UTF-8",
                    null);
        }
    }

    private boolean isPassedOn(String name) {
        return switch (name) {
            case "PATH", "TMPDIR", "LANG" -> true;
            case "HOME" -> !asAnother;
            default -> name.startsWith("LC_");
        };
    }

    private void requireRoot() {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw notStarted(
                    "only root can run it as user " + spec.user().orElseThrow(),
                    "run CodeB as root or as that user, or leave the user out",
                    null);
        }
    }

    /** What changes the user or the priority would end as the program does: it is looked for beforehand. */
    private void requireProgram() {
        String program = spec.command().get(0);
        if (program.indexOf('/') >= 0 ? !isProgram(Path.of(program)) : !isOnPath(program)) {
            throw notStarted("there is no such program", "install it, or put its directory on the PATH", null);
        }
    }

    private static boolean isOnPath(String program) {
        String path = System.getenv("PATH");
        for (String directory : (path == null ? "/usr/bin:/bin" : path).split(":", -1)) {
            if (!directory.isEmpty() && isProgram(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private ContainerException notStarted(String why, String hint, @Nullable IOException cause) {
        return new ContainerException(
                ErrorCode.EXEC_NOT_STARTED,
                "cannot start " + spec.command().get(0) + " on this host: " + why,
                hint,
                cause);
    }
}
