package io.codeb.internal.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.codec.CodecContract;
import io.codeb.tck.io.BytesSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipCodecTest extends CodecContract {
    private static final int HEADER_BYTES = 10;
    private static final int ALL_OPTIONAL_FIELDS = 0x1e;

    private final GzipCodecProvider provider = new GzipCodecProvider();

    @Override
    protected String codecId() {
        return "gzip";
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "10", "fast", ""})
    void aLevelOutOfItsRangeIsRefused(String level) {
        assertThatThrownBy(() -> provider.create(ProviderConfig.of("gzip").withOption("level", level)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("level");
    }

    @Test
    void everyOptionalFieldOfAHeaderIsPassedOver() throws IOException {
        assertThat(decode(memberWithEveryField())).isEqualTo("content".getBytes(US_ASCII));
    }

    @Test
    void aCutInAnyFieldOfTheHeaderOrTheTrailerIsTruncation() throws IOException {
        byte[] member = memberWithEveryField();
        for (int length = 0; length < member.length; length++) {
            byte[] cut = Arrays.copyOf(member, length);
            assertThatThrownBy(() -> decode(cut))
                    .as("cut after %d of %d bytes", length, member.length)
                    .isInstanceOfSatisfying(
                            IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TRUNCATED));
        }
    }

    @Test
    void aWrongChecksumOfTheHeaderIsCorruption() throws IOException {
        byte[] member = memberWithEveryField();
        member[HEADER_BYTES + 6] ^= 1;

        assertThatThrownBy(() -> decode(member))
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void aWrongChecksumOrLengthOfTheContentIsCorruption(int fromTheEnd) throws IOException {
        byte[] member = memberWithEveryField();
        member[member.length - fromTheEnd] ^= 1;

        assertThatThrownBy(() -> decode(member))
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 512, 200_000})
    void zerosBehindTheLastMemberAreNothingWherePaddingIsAllowed(int zeros) throws IOException {
        byte[] member = memberWithEveryField();
        assertThat(decodePadded(Arrays.copyOf(member, member.length + zeros))).isEqualTo("content".getBytes(US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 200_000})
    void whatFollowsThePaddingIsCorruption(int zeros) throws IOException {
        byte[] member = memberWithEveryField();
        byte[] followed = Arrays.copyOf(member, member.length + zeros + 1);
        followed[followed.length - 1] = 'x';
        assertThatThrownBy(() -> decodePadded(followed))
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT));
    }

    @Test
    void zerosInPlaceOfTheFirstMemberAreCorruption() {
        assertThatThrownBy(() -> decodePadded(new byte[100]))
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT));
    }

    private byte[] decode(byte[] encoded) {
        return BytesSource.readAll(provider.create(ProviderConfig.of("gzip")).decode(BytesSource.of(encoded)));
    }

    private byte[] decodePadded(byte[] encoded) {
        return BytesSource.readAll(provider.create(ProviderConfig.of("gzip").withOption("padding", "1"))
                .decode(BytesSource.of(encoded)));
    }

    private static byte[] memberWithEveryField() throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(plain)) {
            gzip.write("content".getBytes(US_ASCII));
        }
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        byte[] header = Arrays.copyOf(plain.toByteArray(), HEADER_BYTES);
        header[3] = ALL_OPTIONAL_FIELDS;
        member.write(header);
        member.write(new byte[] {3, 0, 'a', 'b', 'c'});
        member.write("name.sql\0a comment\0".getBytes(US_ASCII));
        CRC32 crc = new CRC32();
        crc.update(member.toByteArray());
        member.write((int) crc.getValue());
        member.write((int) crc.getValue() >> 8);
        member.write(plain.toByteArray(), HEADER_BYTES, plain.size() - HEADER_BYTES);
        return member.toByteArray();
    }
}
