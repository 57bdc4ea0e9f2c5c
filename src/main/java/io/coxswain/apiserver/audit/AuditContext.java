package io.coxswain.apiserver.audit;

import io.coxswain.apiserver.audit.AuditEvent.Answer;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of one request on its way. Used by one thread until the request is answered; the end of a stream may
 * come from any thread. The request ends once: whatever comes after {@link #answered}, {@link #failed}, {@link #panicked}
 * or {@link #closed} is ignored.
 */
public final class AuditContext {
    private final Auditor auditor;
    private final ApiRequest request;
    private final AuditPolicy.Decision decision;
    private final Instant received;
    private final Map<String, String> annotations = new LinkedHashMap<>(4);
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile int startedWith;

    AuditContext(Auditor auditor, ApiRequest request, AuditPolicy.Decision decision, Instant received) {
        this.auditor = auditor;
        this.request = request;
        this.decision = decision;
        this.received = received;
        log(AuditStage.REQUEST_RECEIVED, 0, null, "", Answer.NONE);
    }

    /** Whether anything is recorded; if not every other call is free. */
    public boolean isOn() {
        return decision.level() != AuditLevel.NONE;
    }

    /** Notes a decision; the first note under a key stays, as upstream. Only before the request is answered. */
    public void annotate(String key, String value) {
        if (isOn()) {
            annotations.putIfAbsent(key, value);
        }
    }

    /** A plain answer is ready. What is returned must be sent instead: a list may have been walked through to record it. */
    public ApiResponse answered(ApiResponse response) {
        if (!isOn() || !ended.compareAndSet(false, true)) {
            return response;
        }
        ApiResponse whole = response;
        Answer answer = Answer.NONE;
        int code = 200;
        String name = "";
        if (response instanceof ApiResponse.ObjectResponse object) {
            code = object.code();
            boolean deletion = request.info().verb().startsWith("delete");
            if (deletion || decision.level() == AuditLevel.REQUEST_RESPONSE) {
                answer = new Answer(List.of(object.object()), "", "", "", false);
            }
            if (request.info().verb().equals("create") && request.info().name().isEmpty()) {
                name = object.object().name();
            }
        } else if (response instanceof ApiResponse.RawResponse raw) {
            code = raw.code();
        } else if (response instanceof ApiResponse.TableResponse table) {
            code = table.code();
        } else if (response instanceof ApiResponse.ListResponse list
                && decision.level() == AuditLevel.REQUEST_RESPONSE) {
            List<ApiObject> items = new ArrayList<>();
            list.items().forEachRemaining(items::add);
            whole = new ApiResponse.ListResponse(
                    list.apiVersion(),
                    list.kind(),
                    list.resourceVersion(),
                    list.continueToken(),
                    list.remainingItems(),
                    items.iterator(),
                    list.warnings());
            answer = answer(list, items);
        }
        log(AuditStage.RESPONSE_COMPLETE, code, null, name, answer);
        return whole;
    }

    private static Answer answer(ApiResponse.ListResponse list, List<ApiObject> items) {
        long bytes = 0;
        for (ApiObject item : items) {
            bytes += item.json().length;
            if (bytes > AuditEventEncoder.MAX_EVENT) {
                return new Answer(List.of(), list.apiVersion(), list.kind(), list.resourceVersion(), true);
            }
        }
        return new Answer(items, list.apiVersion(), list.kind(), list.resourceVersion(), false);
    }

    /** The head of a stream is out. */
    public void started(int code) {
        startedWith = code;
        log(AuditStage.RESPONSE_STARTED, code, null, "", Answer.NONE);
    }

    /** A stream that had {@link #started} is over. */
    public void closed() {
        if (ended.compareAndSet(false, true)) {
            log(AuditStage.RESPONSE_COMPLETE, startedWith, null, "", Answer.NONE);
        }
    }

    /** The request was refused or could not be done. */
    public void failed(ApiException failure) {
        if (ended.compareAndSet(false, true)) {
            log(AuditStage.RESPONSE_COMPLETE, failure.code(), failure.status(), "", Answer.NONE);
        }
    }

    /** The server has a fault. */
    public void panicked(Throwable fault) {
        if (ended.compareAndSet(false, true)) {
            Status status = Status.failure(500, "InternalError", "APIServer panic'd: " + fault, null);
            log(AuditStage.PANIC, 500, status, "", Answer.NONE);
        }
    }

    private void log(AuditStage stage, int code, @Nullable Status status, String name, Answer answer) {
        if (!isOn() || decision.omitStages().contains(stage)) {
            return;
        }
        RequestBody body = RequestBody.NONE;
        boolean cut = answer.truncated();
        long bytes = 1024;
        if (decision.level().includes(AuditLevel.REQUEST)) {
            body = request.body();
            if (body instanceof RequestBody.Encoded encoded) {
                bytes += encoded.bytes().length;
                if (encoded.bytes().length > AuditEventEncoder.MAX_EVENT) {
                    body = RequestBody.NONE;
                    cut = true;
                    bytes = 1024;
                }
            }
        }
        Answer kept = answer;
        if (decision.level() == AuditLevel.REQUEST_RESPONSE) {
            long size = answer.objects().stream()
                    .mapToLong(one -> one.json().length)
                    .sum();
            if (size > AuditEventEncoder.MAX_EVENT) {
                kept = new Answer(List.of(), "", "", "", true);
                cut = true;
            } else {
                bytes += size;
            }
        }
        Map<String, String> notes = annotations;
        if (cut) {
            notes = new LinkedHashMap<>(annotations);
            notes.put(AuditEventEncoder.TRUNCATED, "true");
        }
        auditor.log(new AuditEvent(
                decision.level(),
                stage,
                request.requestId(),
                request.info(),
                request.user(),
                request.origin(),
                request.userAgent(),
                code,
                status,
                name,
                body,
                request.contentType(),
                kept,
                decision.omitManagedFields(),
                received,
                auditor.now(),
                Map.copyOf(notes),
                bytes));
    }
}
