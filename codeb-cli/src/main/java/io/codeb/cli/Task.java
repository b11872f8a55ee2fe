package io.codeb.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that does something. */
abstract class Task implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets both
    Common common;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    /** Does it, and says what came of it. */
    abstract Answer run(Session session) throws IOException;

    @Override
    public final Integer call() throws IOException {
        return ((Codeb) spec.root().userObject()).app().run(this);
    }

    /** What was asked for cannot be. */
    final ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
