package io.codeb.cli;

import io.codeb.error.ConfigException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a server keeps its tokens, and the log of what was done. */
final class StateOption {
    @Option(
            names = "--state",
            paramLabel = "DIRECTORY",
            description = "The server's own directory. Without it $CODEB_STATE, then ~/.local/state/codeb.")
    @Nullable
    Path state;

    Path directory(Session session) {
        if (state != null) {
            return state;
        }
        String named = session.app().environment().getOrDefault("CODEB_STATE", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        String home = session.app().environment().getOrDefault("HOME", "");
        String states = session.app()
                .environment()
                .getOrDefault("XDG_STATE_HOME", home.isEmpty() ? "" : home + "/.local/state");
        if (states.isEmpty()) {
            throw new ConfigException("nothing says where the server's state is", "name a directory with --state");
        }
        return Path.of(states, "codeb");
    }
}
