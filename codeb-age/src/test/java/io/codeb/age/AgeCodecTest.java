package io.codeb.age;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.age.TestKeys.Pair;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Secret;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.provider.ProviderConfig;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgeCodecTest {
    private static final byte[] PLAIN = "a row\n".repeat(30_000).getBytes(US_ASCII);
    private static final Pair ONE = Pair.make();
    private static final Pair OTHER = Pair.make();

    @Test
    void eachRecipientReadsAlone() {
        byte[] encoded = TestKeys.encode(TestKeys.codec(TestKeys.to(ONE.recipient(), OTHER.recipient())), PLAIN);

        for (Pair key : List.of(ONE, OTHER)) {
            assertThat(TestKeys.decode(TestKeys.codec(TestKeys.with(key.identity())), encoded))
                    .isEqualTo(PLAIN);
        }
    }

    @Test
    void oneOfSeveralIdentitiesIsEnough() {
        byte[] encoded = TestKeys.encode(TestKeys.codec(TestKeys.to(ONE.recipient())), PLAIN);
        ProviderConfig keys = TestKeys.with(
                "# created: today", "# public key: " + OTHER.recipient(), OTHER.identity(), "", ONE.identity());

        assertThat(TestKeys.decode(TestKeys.codec(keys), encoded)).isEqualTo(PLAIN);
    }

    @Test
    void asManyRecipientsAsThereMayBeFitIntoAHeader() {
        List<Pair> keys = Pair.make(AgeCodecProvider.MAX_RECIPIENTS);
        String[] recipients = keys.stream().map(Pair::recipient).toArray(String[]::new);
        byte[] encoded = TestKeys.encode(TestKeys.codec(TestKeys.to(recipients)), PLAIN);
        List<String> identities =
                List.of(OTHER.identity(), keys.get(keys.size() - 1).identity());

        assertThat(TestKeys.decode(TestKeys.codec(TestKeys.with(identities.toArray(String[]::new))), encoded))
                .isEqualTo(PLAIN);
    }

    @Test
    void moreRecipientsAreRefused() {
        String[] recipients = Pair.make(AgeCodecProvider.MAX_RECIPIENTS + 1).stream()
                .map(Pair::recipient)
                .toArray(String[]::new);

        assertThatThrownBy(() -> TestKeys.codec(TestKeys.to(recipients)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("65 recipients");
    }

    @Test
    void whoeverIsNoRecipientIsToldSo() {
        byte[] encoded = TestKeys.encode(TestKeys.codec(TestKeys.to(ONE.recipient())), PLAIN);

        IntegrityException refusal = catchThrowableOfType(
                IntegrityException.class,
                () -> TestKeys.decode(TestKeys.codec(TestKeys.with(OTHER.identity())), encoded));

        assertThat(refusal.code()).isEqualTo(ErrorCode.KEY_WRONG);
        assertThat(refusal.hint()).contains("identity");
    }

    @Test
    void whoeverHasOnlyPublicKeysIsToldSo() {
        KeyedCodec codec = TestKeys.codec(TestKeys.to(ONE.recipient()));
        byte[] encoded = TestKeys.encode(codec, PLAIN);

        assertThat(codec.reads()).isFalse();
        assertThatThrownBy(() -> TestKeys.decode(codec, encoded))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_MISSING));
    }

    @Test
    void whoeverHasOnlyPrivateKeysWritesNothing() {
        KeyedCodec codec = TestKeys.codec(TestKeys.with(ONE.identity()));

        assertThat(codec.reads()).isTrue();
        assertThatThrownBy(() -> TestKeys.encode(codec, PLAIN))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("recipient");
    }

    @Test
    void aKeyOfABackupOpensItsEntriesAndNoOthers() {
        KeyedCodec codec = TestKeys.codec(TestKeys.to(ONE.recipient()));
        Codec mine = codec.with(codec.newKey());
        Codec another = codec.with(codec.newKey());
        byte[] encoded = TestKeys.encode(mine, PLAIN);

        assertThat(TestKeys.decode(mine, encoded)).isEqualTo(PLAIN);
        assertThatThrownBy(() -> TestKeys.decode(another, encoded))
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_WRONG));
    }

    @Test
    void eachKeyIsNew() {
        KeyedCodec codec = TestKeys.codec(TestKeys.to(ONE.recipient()));

        assertThat(codec.newKey().reveal())
                .startsWith("AGE-SECRET-KEY-1")
                .isNotEqualTo(codec.newKey().reveal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a key", "AGE-SECRET-KEY-1QQQQ", "\0"})
    void whatIsNoKeyOfABackupIsDamage(String key) {
        KeyedCodec codec = TestKeys.codec(TestKeys.to(ONE.recipient()));

        assertThatThrownBy(() -> codec.with(Secret.of(key)))
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT));
    }

    @Test
    void recipientsAreNamedByTheDigestOfTheirText() throws Exception {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(ONE.recipient().getBytes(US_ASCII));

        assertThat(TestKeys.codec(TestKeys.to(ONE.recipient())).recipients())
                .containsExactly(HexFormat.of().formatHex(digest));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"age1", "shop", "ssh-ed25519", "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"})
    void whatIsNoPublicKeyIsRefusedByItsNumber(String recipient) {
        assertThatThrownBy(() -> TestKeys.codec(TestKeys.to(ONE.recipient(), recipient)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("recipient 2 is no public key");
    }

    @Test
    void aPublicKeyWithAMistypedLetterIsRefused() {
        String recipient = ONE.recipient();
        char changed = recipient.charAt(20) == 'q' ? 'p' : 'q';

        assertThatThrownBy(() ->
                        TestKeys.codec(TestKeys.to(recipient.substring(0, 20) + changed + recipient.substring(21))))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void aPrivateKeyAmongTheRecipientsIsNeverShown() {
        for (String identity : List.of(ONE.identity(), ONE.identity().toLowerCase(Locale.ROOT))) {
            assertHidden(
                    catchThrowableOfType(ConfigException.class, () -> TestKeys.codec(TestKeys.to(identity))), identity);
        }
    }

    @Test
    void aDamagedPrivateKeyIsNeverShown() {
        byte[] encoded = TestKeys.encode(TestKeys.codec(TestKeys.to(ONE.recipient())), PLAIN);
        for (String identity :
                List.of(ONE.identity() + "Q", ONE.identity().substring(1), "this is no private key at all")) {
            CodeBException refusal = catchThrowableOfType(
                    ConfigException.class,
                    () -> TestKeys.decode(TestKeys.codec(TestKeys.with(OTHER.identity(), identity)), encoded));

            assertThat(refusal).hasMessageContaining("key 2");
            assertHidden(refusal, identity);
        }
    }

    private static void assertHidden(CodeBException refusal, String secret) {
        for (Throwable told = refusal; told != null; told = told.getCause()) {
            assertThat(told.toString()).doesNotContain(secret).doesNotContain(secret.substring(20));
        }
    }

    @Test
    void anIdentityFileWithoutAKeyIsRefused() {
        byte[] encoded = TestKeys.encode(TestKeys.codec(TestKeys.to(ONE.recipient())), PLAIN);

        assertThatThrownBy(() -> TestKeys.decode(TestKeys.codec(TestKeys.with("# nothing here", "")), encoded))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("0 private keys");
    }

    @Test
    void aHeaderWithoutAnEndIsReadNoFurtherThanItsBound() {
        // The codec holds one chunk of what it reads, wherever the header ends.
        byte[] endless = ("age-encryption.org/v1\n" + "-> grease abcdefgh\n\n".repeat(500_000)).getBytes(US_ASCII);

        assertThatThrownBy(() -> TestKeys.decode(TestKeys.codec(TestKeys.with(ONE.identity())), endless))
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT));
    }
}
