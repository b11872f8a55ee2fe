package io.codeb.deploy.internal.source;

import io.codeb.deploy.DeployException;
import io.codeb.deploy.GitSource;
import io.codeb.error.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Logs in over SSH with the key of a source, to hosts that the source knows. The private key is in memory alone; no
 * agent, no configuration and no key of the user's is asked.
 */
final class SshLogin implements AutoCloseable {
    private final SshdSessionFactory sessions;

    private SshLogin(SshdSessionFactory sessions) {
        this.sessions = sessions;
    }

    /**
     * Makes ready to log in.
     *
     * @param source has a key
     * @param directory nobody else's
     */
    static SshLogin of(GitSource source, Path directory) throws IOException {
        GitSource.Key key =
                source.key().orElseThrow(() -> denied("no key is given for " + source.url(), "say key(…)", null));
        Path hosts = directory.resolve("known_hosts");
        Files.writeString(hosts, key.knownHosts());
        List<KeyPair> pairs = keyPairs(key);
        return new SshLogin(new SshdSessionFactoryBuilder()
                .setHomeDirectory(directory.toFile())
                .setSshDirectory(directory.toFile())
                .setConfigStoreFactory((home, file, user) -> null)
                .setConnectorFactory(null)
                .setPreferredAuthentications("publickey")
                .setDefaultIdentities(unused -> List.of())
                .setDefaultKeysProvider(unused -> pairs)
                .setDefaultKnownHostsFiles(unused -> List.of(hosts))
                .build(null));
    }

    private static List<KeyPair> keyPairs(GitSource.Key key) {
        byte[] text = key.privateKey().reveal().getBytes(StandardCharsets.UTF_8);
        List<KeyPair> pairs = new ArrayList<>();
        try {
            Iterable<KeyPair> read = SecurityUtils.loadKeyPairIdentities(
                    null, NamedResource.ofName("key"), new ByteArrayInputStream(text), FilePasswordProvider.EMPTY);
            if (read != null) {
                read.forEach(pairs::add);
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // What it says could quote the key.
            throw denied(
                    "the private key cannot be read", "give one without a passphrase, as ssh-keygen writes it", null);
        }
        if (pairs.isEmpty()) {
            throw denied("there is no private key in what was given as one", "give the text of the key's file", null);
        }
        return pairs;
    }

    static DeployException denied(String message, String hint, @Nullable Throwable cause) {
        return new DeployException(ErrorCode.SOURCE_DENIED, message, hint, cause);
    }

    SshSessionFactory sessions() {
        return sessions;
    }

    @Override
    public void close() {
        sessions.close();
    }
}
