package io.codeb.server.internal.http;

import io.codeb.server.internal.json.Json;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What is wrong with a request before any route sees it, told as a problem like everything else. */
public final class Failures implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Object failure = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
        int status = failure instanceof HttpException known ? known.getCode() : 500;
        boolean theirs = status != 500; // 501 and 505, too, are of a request that is none
        Problem problem = theirs
                ? new Problem(
                        Problem.TYPES + Refusal.REQUEST_INVALID,
                        "Request invalid",
                        status < 500 ? status : 400,
                        "this is no request that is answered here: " + HttpStatus.getMessage(status),
                        Refusal.REQUEST_INVALID.name(),
                        "",
                        false,
                        List.of())
                : Problem.of(Refusal.INTERNAL, "something is wrong with the server", "its log tells what");
        response.reset();
        Dispatcher.protect(response.getHeaders());
        new Answer.Whole(problem.status(), "application/problem+json", Json.text(problem), Map.of(), problem.code())
                .write(request, response, callback);
        return true;
    }
}
