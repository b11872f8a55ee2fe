package io.codeb.cli;

import io.codeb.BackupQuery;
import io.codeb.CatalogService;
import io.codeb.KeyReport;
import io.codeb.age.AgeKeyPair;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.json.FailureView;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "keys",
        description = "Works with the keys of backups.",
        subcommands = {KeysCommands.Generate.class, KeysCommands.Rewrap.class, KeysCommands.Check.class})
final class KeysCommands extends Group {
    private enum Kind {
        /** What backups are encrypted to. */
        AGE,
        /** What backups are signed with. */
        SIGNING
    }

    @Command(
            name = "generate",
            description = "Makes a key pair: the private key goes to a new file, the public one is shown.")
    static final class Generate extends Task {
        @Parameters(index = "0", paramLabel = "FILE", description = "The new file of the private key.")
        @Nullable
        Path file;

        @Option(names = "--signing", description = "Makes a key of Ed25519 to sign with, instead of one of age.")
        boolean signing;

        @Override
        Answer run(Session session) throws IOException {
            Path to = Objects.requireNonNull(file, "file");
            Kind kind = signing ? Kind.SIGNING : Kind.AGE;
            String publicKey = signing ? signing(to) : age(to);
            return Answer.of(new Views.GeneratedKey(kind.name(), to.toString(), publicKey))
                    .line(publicKey)
                    .line(session.words().say(signing ? "keys.generate.signing" : "keys.generate.age", to));
        }

        private static String age(Path file) throws IOException {
            AgeKeyPair pair = AgeKeyPair.generate();
            write(
                    file,
                    "# public key: " + pair.recipient() + "\n" + pair.identity().reveal() + "\n");
            return pair.recipient();
        }

        private static String signing(Path file) throws IOException {
            try {
                KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                String key = Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(pair.getPrivate().getEncoded());
                write(file, "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n");
                return Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("each Java has Ed25519", e);
            }
        }

        /** Nobody else reads it, not for a moment; a file that is there stays as it is. */
        private static void write(Path file, String key) throws IOException {
            try (SeekableByteChannel channel = Files.newByteChannel(
                    file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap(key.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (FileAlreadyExistsException e) {
                throw new ConfigException(file + " is there already", "a key is never written over: name a new file");
            }
        }
    }

    @Command(
            name = "check",
            description = "Opens the key of each encrypted backup with the private keys that are here.")
    static final class Check extends OnEach {
        @Override
        KeyReport work(CatalogService catalog, BackupQuery query, Cancellation cancellation) {
            return catalog.checkKeys(query, cancellation);
        }
    }

    @Command(
            name = "rewrap",
            description = "Encrypts the key of each encrypted backup to the recipients that the repository has now.")
    static final class Rewrap extends OnEach {
        @Override
        KeyReport work(CatalogService catalog, BackupQuery query, Cancellation cancellation) {
            return catalog.rewrap(query, cancellation);
        }
    }

    /** Does something to the keys of each project's backups. */
    private abstract static class OnEach extends Task {
        @Parameters(
                arity = "0..*",
                paramLabel = "PROJECT",
                description = "The projects; all of a repository without it.")
        List<String> projects = List.of();

        @Mixin
        RepositoryOption repository = new RepositoryOption();

        abstract KeyReport work(CatalogService catalog, BackupQuery query, Cancellation cancellation);

        @Override
        final Answer run(Session session) {
            List<KeyReport> reports = new ArrayList<>();
            if (projects.isEmpty()) {
                CatalogService catalog = session.catalog(repository.name);
                catalog.projects().forEach(project -> reports.add(work(session, catalog, project)));
            }
            projects.forEach(
                    project -> reports.add(work(session, session.catalogOf(project, repository.name), project)));
            return reported(session, reports);
        }

        private KeyReport work(Session session, CatalogService catalog, String project) {
            return work(catalog, BackupQuery.of(project), session.cancellation());
        }
    }

    private static Answer reported(Session session, List<KeyReport> reports) {
        List<String> opened =
                texts(reports.stream().flatMap(report -> report.keys().stream()).toList());
        List<String> plain = texts(
                reports.stream().flatMap(report -> report.plain().stream()).toList());
        List<FailureView> failures = reports.stream()
                .flatMap(report -> report.failures().stream())
                .map(failure ->
                        new FailureView(failure.ref().toString(), failure.code().name(), failure.reason()))
                .toList();
        boolean ok = failures.isEmpty();
        Answer answer = Answer.of(new Views.Keys(ok, opened, plain, failures))
                .status(ok ? 0 : ErrorCode.KEY_WRONG.exitStatus())
                .line(session.words().say("keys.report", opened.size(), plain.size(), failures.size()));
        return Backups.failures(answer, failures, session.words());
    }

    private static List<String> texts(List<BackupRef> refs) {
        return refs.stream().map(BackupRef::toString).toList();
    }
}
