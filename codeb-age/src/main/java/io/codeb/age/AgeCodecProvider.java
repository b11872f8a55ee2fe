package io.codeb.age;

import io.codeb.error.ConfigException;
import io.codeb.model.Secret;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes the codec {@code age}, which encrypts to X25519 public keys as the {@code age} program does.
 *
 * <p>The option {@code recipients} has the public keys that entries are encrypted to, {@code age1…}, with spaces,
 * commas or line ends between them; at most {@value #MAX_RECIPIENTS}. The secret {@code identity} has the private keys
 * that they are read with, in the form of an identity file of {@code age-keygen}: one {@code AGE-SECRET-KEY-1…} in a
 * line, lines that begin with {@code #} are notes. It is read at each use, and only to read what was encrypted. Other
 * kinds of recipients (SSH keys, passphrases, plugins) are not supported.
 */
public final class AgeCodecProvider implements CodecProvider {
    /** How many public keys there may be. */
    public static final int MAX_RECIPIENTS = 64;

    private static final Pattern BETWEEN = Pattern.compile("[\\s,]+");

    /** Made by {@link java.util.ServiceLoader}. */
    public AgeCodecProvider() {}

    @Override
    public String id() {
        return AgeCodec.ID;
    }

    @Override
    public Codec create(ProviderConfig config) {
        ConfigReader given = config.reader();
        List<String> recipients = given.text("recipients").stream()
                .flatMap(BETWEEN::splitAsStream)
                .filter(recipient -> !recipient.isEmpty())
                .distinct()
                .toList();
        Optional<Secret> identity = given.secret("identity");
        given.requireNothingElse();
        if (recipients.size() > MAX_RECIPIENTS) {
            throw new ConfigException(
                    "there are " + recipients.size() + " recipients, more than " + MAX_RECIPIENTS,
                    "encrypt to a few keys, and keep those where people share them");
        }
        for (int i = 0; i < recipients.size(); i++) {
            Keys.requireRecipient(recipients.get(i), i + 1);
        }
        return new AgeCodec(recipients, identity);
    }
}
