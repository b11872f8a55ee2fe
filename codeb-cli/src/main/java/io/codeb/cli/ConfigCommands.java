package io.codeb.cli;

import io.codeb.cli.Views.ProblemView;
import io.codeb.config.Configuration;
import io.codeb.config.ConfigurationProblem;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "config",
        description = "Works with the configuration.",
        subcommands = {ConfigCommands.Check.class, ConfigCommands.Init.class})
final class ConfigCommands extends Group {
    @Command(name = "check", description = "Tells all that is wrong in the configuration. Connects to nothing.")
    static final class Check extends Task {
        @Override
        Answer run(Session session) {
            Path file = session.configFile();
            List<ConfigurationProblem> problems = new ArrayList<>(Configuration.check(file));
            if (problems.isEmpty()) {
                try {
                    session.codeb();
                } catch (ConfigException e) {
                    // What storages, codecs, runtimes and engines say of their own options: they know no lines.
                    e.problems().forEach(problem -> problems.add(new ConfigurationProblem("$", 0, 0, problem)));
                }
            }
            boolean ok = problems.isEmpty();
            Answer answer = Answer.of(new Views.CheckedConfig(
                            file.toString(),
                            ok,
                            problems.stream().map(ProblemView::of).toList()))
                    .status(ok ? 0 : ErrorCode.CONFIG_INVALID.exitStatus());
            problems.forEach(problem -> answer.line(file + (problem.line() == 0 ? ": " : ":") + problem));
            return ok ? answer.line(session.words().say("config.ok", file)) : answer;
        }
    }

    @Command(name = "init", description = "Writes a configuration to begin with.")
    static final class Init extends Task {
        @Parameters(arity = "0..1", paramLabel = "FILE", description = "The new file; codeb.json without it.")
        Path file = Path.of("codeb.json");

        @Override
        Answer run(Session session) throws IOException {
            try (InputStream example = Objects.requireNonNull(Init.class.getResourceAsStream("example.json"))) {
                Files.writeString(
                        file,
                        new String(example.readAllBytes(), StandardCharsets.UTF_8),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                throw new ConfigException(file + " is there already", "name another file, or remove it before");
            }
            return Answer.of(new Views.MadeConfig(file.toString()))
                    .line(session.words().say("config.made", file));
        }
    }
}
