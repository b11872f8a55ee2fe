package io.codeb.spi.provider;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a {@link ProviderConfig} for the provider that it is for: remembers what was asked for and all that is wrong,
 * and refuses the rest in {@link #requireNothingElse()}, which every provider calls last. What it says names options
 * and secrets, and never their values. Not thread-safe.
 */
public final class ConfigReader {
    private final String id;
    private final Optional<URI> location;
    private final Map<String, String> options;
    private final Map<String, Secret> secrets;
    private final List<String> known = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private boolean locationRead;

    ConfigReader(ProviderConfig config) {
        this.id = config.id();
        this.location = config.location();
        this.options = new TreeMap<>(config.options());
        this.secrets = new TreeMap<>(config.secrets());
    }

    /**
     * Where the implementation is.
     *
     * @return empty where that is not said
     */
    public Optional<URI> location() {
        locationRead = true;
        return location;
    }

    /**
     * An option that may be any text.
     *
     * @param name its name
     * @return empty where it is not set
     */
    public Optional<String> text(String name) {
        known.add(name);
        return Optional.ofNullable(options.remove(name));
    }

    /**
     * An option that is a whole number. One that is none, or out of its range, is a problem.
     *
     * @param name its name
     * @param least the smallest that it may be
     * @param most the largest that it may be
     * @param otherwise what it is where it is not set
     * @return the number
     */
    public int integer(String name, int least, int most, int otherwise) {
        known.add(name + " (" + least + " to " + most + ")");
        String text = options.remove(name);
        if (text == null) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // told below, in the same words as a number out of range
        }
        problem("option " + name + " must be a whole number from " + least + " to " + most);
        return otherwise;
    }

    /**
     * An option that is a time. One that is none, or not more than zero, is a problem.
     *
     * @param name its name
     * @param otherwise what it is where it is not set
     * @return more than zero
     */
    public Duration duration(String name, Duration otherwise) {
        known.add(name + " (a time as in ISO 8601, for example PT30S)");
        String text = options.remove(name);
        if (text == null) {
            return otherwise;
        }
        try {
            Duration value = Duration.parse(text);
            if (!value.isZero() && !value.isNegative()) {
                return value;
            }
        } catch (DateTimeParseException notATime) {
            // told below, in the same words as a time that is no limit
        }
        problem("option " + name + " must be more than zero, as in PT30S");
        return otherwise;
    }

    /**
     * An option that is a file or a directory of this host. One that is no path of this system is a problem.
     *
     * @param name its name
     * @return empty where it is not set
     */
    public Optional<Path> path(String name) {
        known.add(name + " (a path)");
        String text = options.remove(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException notAPath) {
            problem("option " + name + " is no path of this system");
            return Optional.empty();
        }
    }

    /**
     * A credential or a key. Do not reveal it before it is used.
     *
     * @param name its name
     * @return empty where it is not given
     */
    public Optional<Secret> secret(String name) {
        known.add("the secret " + name);
        return Optional.ofNullable(secrets.remove(name));
    }

    /**
     * Notes something that is wrong, to be told with the rest.
     *
     * @param sentence what is wrong, without the value of an option or a secret
     */
    public void problem(String sentence) {
        problems.add(id + ": " + sentence);
    }

    /**
     * Refuses what was not asked for. Called last.
     *
     * @throws ConfigException when anything is wrong, telling all of it
     */
    public void requireNothingElse() {
        if (location.isPresent() && !locationRead) {
            problem("there is no location to choose");
        }
        options.keySet().forEach(name -> problem("there is no option '" + start(name) + "'"));
        secrets.keySet().forEach(name -> problem("there is no secret '" + start(name) + "' to hand over"));
        if (!problems.isEmpty()) {
            String hint = known.isEmpty() ? "it has no options" : "there are " + String.join(", ", known);
            throw new ConfigException(ErrorCode.CONFIG_INVALID, problems, hint);
        }
    }

    private static String start(String name) {
        return name.length() > 80 ? name.substring(0, 80) + "…" : name;
    }
}
