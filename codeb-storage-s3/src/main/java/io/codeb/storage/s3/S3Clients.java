package io.codeb.storage.s3;

import io.codeb.error.ConfigException;
import io.codeb.spi.net.Addresses;
import io.codeb.spi.net.GuardedSockets;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.utils.AttributeMap;

/** Makes the SDK's client from the settings. */
final class S3Clients {
    private S3Clients() {}

    static S3Client make(S3Settings settings) {
        return make(settings, StandardRetryStrategy.builder());
    }

    /** Tries again as the strategy says, but as often as the settings say. */
    static S3Client make(S3Settings settings, StandardRetryStrategy.Builder retries) {
        S3Settings.Connection connection = settings.connection();
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(new PlainHttp.Builder(defaults -> http(connection, defaults)))
                .credentialsProvider(credentials(settings.credentials()))
                // Stores that are not AWS know neither bodies in signed chunks, nor the newer checksums and trailers;
                // a body that is not signed, and Content-MD5, are known to all.
                .putAuthScheme(new BodyMd5Scheme())
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(connection.pathStyle())
                        .chunkedEncodingEnabled(false)
                        .build())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(override -> override.apiCallAttemptTimeout(connection.callLimit())
                        .retryStrategy(retries.maxAttempts(connection.attempts())
                                .retryOnException(BadAnswerException.class)
                                .build())
                        .addExecutionInterceptor(new S3Answers(connection.callLimit())));
        if (connection.region() != null) {
            builder.region(Region.of(connection.region()));
        }
        if (settings.location().endpoint() != null) {
            builder.endpointOverride(settings.location().endpoint());
        }
        try {
            return builder.build();
        } catch (SdkClientException e) {
            throw new ConfigException(
                    "s3: there is no client for " + settings.location() + ": " + e.getMessage(),
                    "name the region with the option region, or in AWS_REGION");
        }
    }

    private static SdkHttpClient http(S3Settings.Connection connection, AttributeMap defaults) {
        if (connection.publicOnly()) {
            return guarded(connection);
        }
        UrlConnectionHttpClient.Builder http = UrlConnectionHttpClient.builder()
                .connectionTimeout(connection.connectLimit())
                .socketTimeout(connection.callLimit());
        if (connection.proxy() != null) {
            http.proxyConfiguration(
                    ProxyConfiguration.builder().endpoint(connection.proxy()).build());
        }
        if (connection.authorities() != null) {
            TrustManager[] trusted = trusted(connection.authorities());
            http.tlsTrustManagersProvider(() -> trusted);
        }
        return http.buildWithDefaults(defaults);
    }

    /** Without a proxy: it would look up the name itself. */
    private static SdkHttpClient guarded(S3Settings.Connection connection) {
        GuardedSockets sockets = new GuardedSockets(tls(connection), Addresses::isPublic);
        return UrlConnectionHttpClient.create(uri -> {
            try {
                HttpsURLConnection https = (HttpsURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
                https.setSSLSocketFactory(sockets);
                https.setConnectTimeout(millis(connection.connectLimit()));
                https.setReadTimeout(millis(connection.callLimit()));
                https.setUseCaches(false);
                return https;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static int millis(Duration time) {
        return (int) Math.min(Integer.MAX_VALUE, time.toMillis());
    }

    private static SSLSocketFactory tls(S3Settings.Connection connection) {
        if (connection.authorities() == null) {
            return (SSLSocketFactory) SSLSocketFactory.getDefault();
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusted(connection.authorities()), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM speaks no TLS", e);
        }
    }

    private static TrustManager[] trusted(Path authorities) {
        return new TrustManager[] {new BothTrustManagers(jvmTrust(), trustIn(authorities))};
    }

    private static AwsCredentialsProvider credentials(S3Settings.@Nullable Credentials given) {
        if (given == null) {
            return DefaultCredentialsProvider.builder().build();
        }
        return () -> {
            String accessKey = given.accessKey().reveal();
            String secretKey = given.secretKey().reveal();
            return given.sessionToken() == null
                    ? AwsBasicCredentials.create(accessKey, secretKey)
                    : AwsSessionCredentials.create(
                            accessKey, secretKey, given.sessionToken().reveal());
        };
    }

    private static X509TrustManager jvmTrust() {
        try {
            return trustIn((KeyStore) null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM trusts no authority", e);
        }
    }

    private static X509TrustManager trustIn(Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority" + store.size(), each);
            }
            if (store.size() == 0) {
                throw new GeneralSecurityException("there is no certificate in it");
            }
            return trustIn(store);
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigException(
                    "s3: the certificates in " + file + " cannot be used: " + e.getMessage(),
                    "ca-file is a file with certificates in the form PEM");
        }
    }

    private static X509TrustManager trustIn(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager each : factory.getTrustManagers()) {
            if (each instanceof X509TrustManager manager) {
                return manager;
            }
        }
        throw new GeneralSecurityException("no trust manager for X.509");
    }

    /** Trusts what one of two trusts. */
    private record BothTrustManagers(X509TrustManager first, X509TrustManager second) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            first.checkClientTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            try {
                second.checkServerTrusted(chain, authType);
            } catch (CertificateException notByTheSecond) {
                first.checkServerTrusted(chain, authType);
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return first.getAcceptedIssuers();
        }
    }
}
