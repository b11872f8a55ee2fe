package io.codeb.storage.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
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
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;

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

    /**
     * What an answer must look like.
     *
     * @param root its outermost element
     * @param told elements in there that must say something
     */
    private record Form(String root, Set<String> told) {}

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        SdkRequest request = context.request();
        SdkHttpResponse response = context.httpResponse();
        Optional<InputStream> content = context.responseBody();
        if (request instanceof HeadObjectRequest
                || (request instanceof GetObjectRequest && response.isSuccessful())
                || (content.isEmpty() && !response.isSuccessful())) {
            return content;
        }
        byte[] body = content.map(in -> read(in, response)).orElse(new byte[0]);
        Form form = FORMS.get(request.getClass());
        if (form != null && response.isSuccessful()) {
            require(form, body, response);
        }
        return Optional.of(new ByteArrayInputStream(body));
    }

    /** Of a failure the status is enough, where its text is cut or has no end. */
    private static byte[] read(InputStream in, SdkHttpResponse response) {
        try {
            return readWhole(in, response);
        } catch (BadAnswerException e) {
            if (response.isSuccessful()) {
                throw e;
            }
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
            if (in instanceof Abortable connection) {
                connection.abort();
            }
            throw BadAnswerException.wrong("the answer is longer than " + LONGEST + " bytes");
        }
        OptionalLong announced = contentLength(response);
        if (announced.isPresent() && announced.getAsLong() != body.length) {
            throw BadAnswerException.cut(
                    "the answer has " + body.length + " bytes instead of " + announced.getAsLong(), null);
        }
        return body;
    }

    private static OptionalLong contentLength(SdkHttpResponse response) {
        return response.firstMatchingHeader("Content-Length")
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
                        if (xml.getLocalName().equals("Error")) {
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
        String type = response.firstMatchingHeader("Content-Type").orElse("none");
        String shortType = type.substring(0, Math.min(type.length(), EXCERPT));
        return BadAnswerException.noStore("the answer, " + body.length + " bytes of the type " + shortType
                + " with status " + response.statusCode() + ", is no " + form.root());
    }
}
