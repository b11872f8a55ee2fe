package io.codeb.storage.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Judges each answer before the SDK parses it, which takes whatever it does not know for an answer without content: an
 * empty page, or one of a captive portal, would be an empty listing. Runs once for each try, so that a bad answer is
 * one more failure that a retry may mend.
 *
 * <p>Answers are held whole in memory, up to a bound; objects that are read are not.
 */
final class S3Answers implements ExecutionInterceptor {
    /** A page of 1,000 keys of 1,024 characters, each of them escaped, has about 4 MiB. */
    static final int LONGEST = 8 << 20;

    private static final int EXCERPT = 200;

    private static final Map<Class<? extends SdkRequest>, Form> FORMS = Map.of(
            ListObjectsV2Request.class, new Form("ListBucketResult", Set.of("IsTruncated")),
            ListMultipartUploadsRequest.class, new Form("ListMultipartUploadsResult", Set.of("IsTruncated")),
            ListPartsRequest.class, new Form("ListPartsResult", Set.of("IsTruncated", "UploadId")),
            CreateMultipartUploadRequest.class, new Form("InitiateMultipartUploadResult", Set.of("UploadId")),
            CompleteMultipartUploadRequest.class, new Form("CompleteMultipartUploadResult", Set.of()));

    private static final Map<Class<? extends SdkRequest>, List<String>> HEADERS = Map.of(
            PutObjectRequest.class, List.of("ETag"),
            UploadPartRequest.class, List.of("ETag"),
            GetObjectRequest.class, List.of("ETag", "Content-Length"),
            HeadObjectRequest.class, List.of("ETag", "Content-Length", "Last-Modified"));

    private static final Form FAILURE = new Form("Error", Set.of("Code"));
    /** Of these the status is enough: who refuses, or asks for patience, need not be the store. */
    private static final Set<Integer> PLAIN_FAILURES = Set.of(401, 403, 407, 408, 409, 412, 416, 429);

    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int NOT_IMPLEMENTED = 501;

    private final Duration longestWait;

    /**
     * What an answer must look like.
     *
     * @param root its outermost element
     * @param told elements in there that must say something
     */
    private record Form(String root, Set<String> told) {}

    /** Takes no advice to wait longer than so before the next try. */
    S3Answers(Duration longestWait) {
        this.longestWait = longestWait;
    }

    /** The SDK sleeps as long as it is told, be it for days. */
    @Override
    public SdkHttpResponse modifyHttpResponse(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        SdkHttpResponse response = context.httpResponse();
        boolean bearable = number(response, "Retry-After").orElse(0) <= longestWait.toSeconds()
                && number(response, "x-amz-retry-after").orElse(0) <= longestWait.toMillis();
        return bearable
                ? response
                : response.toBuilder()
                        .removeHeader("Retry-After")
                        .removeHeader("x-amz-retry-after")
                        .build();
    }

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        SdkRequest request = context.request();
        SdkHttpResponse response = context.httpResponse();
        Optional<InputStream> content = context.responseBody();
        try {
            return judged(request, response, content);
        } catch (BadAnswerException e) {
            content.ifPresent(S3Answers::abandon);
            throw e;
        }
    }

    private static Optional<InputStream> judged(
            SdkRequest request, SdkHttpResponse response, Optional<InputStream> content) {
        boolean head = request instanceof HeadObjectRequest;
        List<String> headers = HEADERS.get(request.getClass());
        if (response.isSuccessful()) {
            requireStatus(request, response);
            requireHeaders(headers == null ? List.of() : headers, response);
            if (request instanceof GetObjectRequest get) {
                requireRange(get, response);
            }
        }
        if (head || (response.isSuccessful() && headers != null)) {
            requireNoPage(response);
        }
        if (head || (response.isSuccessful() && request instanceof GetObjectRequest)) {
            return content;
        }
        byte[] body = content.map(in -> read(in, response)).orElse(new byte[0]);
        Form form = response.isSuccessful() ? FORMS.get(request.getClass()) : isPlain(response) ? null : FAILURE;
        if (form != null) {
            require(form, body, response);
        }
        return Optional.of(new ByteArrayInputStream(body));
    }

    private static boolean isPlain(SdkHttpResponse failure) {
        int status = failure.statusCode();
        return PLAIN_FAILURES.contains(status) || (status >= 500 && status != NOT_IMPLEMENTED);
    }

    /** Where a store answers otherwise, the next try finds no upload any more. */
    private static void requireStatus(SdkRequest request, SdkHttpResponse response) {
        if (request instanceof AbortMultipartUploadRequest && response.statusCode() != NO_CONTENT) {
            throw BadAnswerException.noStore("the answer" + described(response) + ", does not say that it is done");
        }
    }

    private static void requireHeaders(List<String> names, SdkHttpResponse response) {
        for (String each : names) {
            if (response.firstMatchingHeader(each).orElse("").isBlank()) {
                throw BadAnswerException.noStore("the answer" + described(response) + ", has no " + each);
            }
        }
    }

    /** As a request names all bytes from one on. */
    static String rangeFrom(long first) {
        return "bytes=" + first + "-";
    }

    /** All that was asked for, of an object whose length is told: else its end would come too early, unseen. */
    private static void requireRange(GetObjectRequest request, SdkHttpResponse response) {
        String asked = request.range();
        String range = response.firstMatchingHeader("Content-Range").orElse(null);
        Matcher told = RANGE.matcher(range == null ? "" : range);
        boolean whole = asked == null && range == null && response.statusCode() == OK;
        if (!whole
                && !(told.matches()
                        && rangeFrom(Long.parseLong(told.group(1))).equals(asked == null ? rangeFrom(0) : asked)
                        && Long.parseLong(told.group(2)) + 1 == Long.parseLong(told.group(3)))) {
            throw BadAnswerException.wrong(
                    "the answer" + described(response) + ", has other bytes of the object than were asked for");
        }
    }

    /** Where headers are all that is known of an answer, it may still be the page of a web server. */
    private static void requireNoPage(SdkHttpResponse response) {
        boolean ofAStore = response.headers().keySet().stream()
                .anyMatch(each -> each.toLowerCase(Locale.ROOT).startsWith("x-amz-"));
        if (!ofAStore && isPage(response) && (response.isSuccessful() || !isPlain(response))) {
            throw BadAnswerException.noStore("the answer" + described(response) + ", is a web page");
        }
    }

    static boolean isPage(SdkHttpResponse response) {
        return response.firstMatchingHeader("Content-Type")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .startsWith("text/html");
    }

    private static String described(SdkHttpResponse response) {
        String type = response.firstMatchingHeader("Content-Type").orElse("none");
        return ", with status " + response.statusCode() + " and type "
                + type.substring(0, Math.min(type.length(), EXCERPT));
    }

    private static void abandon(InputStream content) {
        if (content instanceof Abortable connection) {
            connection.abort();
        }
    }

    /** Of a failure whose status says all, the text may be cut or have no end. */
    private static byte[] read(InputStream in, SdkHttpResponse response) {
        try {
            return readWhole(in, response);
        } catch (BadAnswerException e) {
            if (response.isSuccessful() || !isPlain(response)) {
                throw e;
            }
            abandon(in);
            return new byte[0];
        }
    }

    private static byte[] readWhole(InputStream in, SdkHttpResponse response) {
        byte[] body;
        try {
            body = in.readNBytes(LONGEST + 1);
        } catch (IOException e) {
            throw BadAnswerException.cut("the answer broke off: " + e.getMessage(), e);
        }
        if (body.length > LONGEST) {
            throw BadAnswerException.wrong("the answer is longer than " + LONGEST + " bytes");
        }
        OptionalLong announced = number(response, "Content-Length");
        if (announced.isPresent() && announced.getAsLong() != body.length) {
            throw BadAnswerException.cut(
                    "the answer has " + body.length + " bytes instead of " + announced.getAsLong(), null);
        }
        return body;
    }

    private static OptionalLong number(SdkHttpResponse response, String header) {
        return response.firstMatchingHeader(header)
                .filter(text -> text.matches("\\d{1,18}"))
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    private static void require(Form form, byte[] body, SdkHttpResponse response) {
        Set<String> missing = new TreeSet<>(form.told());
        boolean rootSeen = false;
        try {
            XMLStreamReader xml = newFactory().createXMLStreamReader(new ByteArrayInputStream(body));
            int depth = 0;
            String child = "";
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    depth++;
                    child = depth == 2 ? xml.getLocalName() : "";
                    if (depth == 1) {
                        if (!form.equals(FAILURE) && xml.getLocalName().equals("Error")) {
                            return; // The SDK makes an exception of it.
                        }
                        rootSeen = xml.getLocalName().equals(form.root());
                        if (!rootSeen) {
                            throw notInTheForm(form, body, response);
                        }
                    }
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    depth--;
                    child = "";
                } else if (event == XMLStreamConstants.CHARACTERS && !xml.isWhiteSpace()) {
                    missing.remove(child);
                }
            }
        } catch (XMLStreamException e) {
            throw rootSeen
                    ? BadAnswerException.cut("the answer is no whole " + form.root(), e)
                    : notInTheForm(form, body, response);
        }
        if (!missing.isEmpty()) {
            throw BadAnswerException.wrong("a " + form.root() + " does not say " + String.join(", ", missing));
        }
    }

    private static XMLInputFactory newFactory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    private static BadAnswerException notInTheForm(Form form, byte[] body, SdkHttpResponse response) {
        return BadAnswerException.noStore(
                "the answer, " + body.length + " bytes" + described(response) + ", is no " + form.root());
    }
}
