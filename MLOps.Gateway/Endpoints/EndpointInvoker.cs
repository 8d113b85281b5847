using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Hosting;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using MLOps.Inference.Sequences;

namespace MLOps.Gateway.Endpoints;

/// <summary>The one data plane beneath every protocol: admits the request, picks variant and replica, runs the model in this process when it is loaded here,
/// else in the process that has it; counts, times, mirrors and captures.</summary>
internal sealed class EndpointInvoker(
    RoutingTable routes,
    ReplicaCalls replicas,
    IServiceProvider services,
    ServingMetrics metrics,
    CaptureQueue capture,
    ShadowQueue shadows,
    RequestLog requests,
    HedgedCall hedge,
    IHostApplicationLifetime lifetime,
    TimeProvider time)
{
    // A silo that dies takes its replicas with it: until the others have agreed that it is dead, which takes them some 15 s, and have placed them again, calls fail. Inference changes nothing but sequences, so it may be repeated.
    private static readonly TimeSpan[] Pauses = [TimeSpan.Zero, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)];

    /// <summary>How long after its first failure a call is made again.</summary>
    private static readonly TimeSpan RepeatsFor = TimeSpan.FromSeconds(30);

    /// <summary>A rollout may pass between the inputs and the answer, but not many in a row.</summary>
    private const int MostVariants = 5;

    private static readonly TimeSpan RefreshPatience = TimeSpan.FromSeconds(1);

    // There is an engine in this process only where gateway and silo share it.
    private readonly InferenceEngine? _engine = services.GetService<InferenceEngine>();

    /// <summary>Whether this process is about to stop: it finishes what it has and takes nothing more.</summary>
    public bool IsDraining => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Runs the request. The prediction must be disposed.</summary>
    /// <exception cref="MLOpsException">NotFound: no such endpoint or version. InvalidArgument: the request does not fit the model. Unavailable: no replica could be reached,
    /// or this process stops. ResourceExhausted, TooManyRequests, DeadlineExceeded: the endpoint's limits.</exception>
    /// <exception cref="InferenceException">What the request's inputs are made of does not fit the variant that was to answer.</exception>
    public async ValueTask<Prediction> InferAsync(string endpoint, PredictionRequest request, CancellationToken cancellationToken)
    {
        if (IsDraining)
        {
            throw new MLOpsException(ProblemCode.Unavailable, "This gateway is stopping: retry, another one answers.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        var route = await routes.GetAsync(endpoint);
        if (route.Admission is not { } admission)
        {
            return await AnswerAsync(route, request, null, TimeSpan.Zero, cancellationToken);
        }

        var arrived = time.GetTimestamp();
        try
        {
            await admission.EnterAsync(request.CallerKey, cancellationToken);
        }
        catch (MLOpsException exception)
        {
            metrics.Rejected(endpoint, exception.Code.ToString());
            throw;
        }

        try
        {
            var waited = time.GetElapsedTime(arrived);
            return await AnswerAsync(route, request, admission.Timeout - waited, waited, cancellationToken);
        }
        finally
        {
            admission.Exit();
        }
    }

    private ValueTask<Prediction> AnswerAsync(EndpointRoute route, PredictionRequest request, TimeSpan? timeout, TimeSpan waited, CancellationToken cancellationToken)
    {
        if (request.Source is { } source && request.Variant is null)
        {
            return MakeAndAnswerAsync(route, request, source, timeout, waited, cancellationToken);
        }

        var start = time.GetTimestamp();
        return request.AreSteps
            ? StepsAsync(route, request, timeout, waited, start, cancellationToken)
            : RunAsync(route, request, timeout, waited, start, cancellationToken);
    }

    /// <summary>The variant first, then inputs by its own signature or pipeline; once more where it serves another version by then.</summary>
    private async ValueTask<Prediction> MakeAndAnswerAsync(
        EndpointRoute route, PredictionRequest request, InputSource source, TimeSpan? timeout, TimeSpan waited, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var (target, made) = await MakeAsync(route, request, source, timeout, start, cancellationToken);
            try
            {
                var prediction = await AnswerAsync(
                    route,
                    request with { Inputs = made.Tensors, Variant = target.Variant, Part = made.Part, AreSteps = made.AreSteps },
                    timeout - time.GetElapsedTime(start),
                    waited,
                    cancellationToken);
                return made.Times is null ? prediction : prediction with { Times = made.Times };
            }
            catch (VariantChangedException) when (attempt < MostVariants)
            {
                route = await routes.RefreshAsync(route.Endpoint.Name);
            }
            catch (VariantChangedException exception)
            {
                Failed(route, request, target, ProblemCode.Unavailable, start);
                throw new MLOpsException(ProblemCode.Unavailable, $"Endpoint '{route.Endpoint.Name}' changed its versions {MostVariants} times while inputs were made for them: retry.", exception);
            }
        }
    }

    private async ValueTask<(RouteTarget Target, MadeInputs Made)> MakeAsync(
        EndpointRoute route, PredictionRequest request, InputSource source, TimeSpan? timeout, long start, CancellationToken cancellationToken)
    {
        RouteTarget? target = null;
        using var limit = timeout is { } most ? new CancellationTokenSource(Left(most, start), time) : null;
        using var either = limit is null ? null : CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            target = route.Pick(request);
            return (target, await source.MakeAsync(target.Variant, either?.Token ?? cancellationToken));
        }
        catch (InferenceException exception)
        {
            var blame = await BlameAsync(route, target, request, cancellationToken);
            Failed(route, request, target, ServingProblem.Of(exception).Code, start, exception.Error.ToString(), blame);
            if (blame != Blame.Variant)
            {
                throw;
            }

            // The caller's data is right for what callers know: this variant is wrong, and that is what takes its traffic away.
            throw new InferenceException(
                exception.Error,
                $"Variant '{target!.Variant.Spec.Name}' (version {target.Variant.ModelVersion}) was to answer, and takes other inputs than '{route.Reference.Spec.Name}': {exception.Message}",
                exception);
        }
        catch (OperationCanceledException exception) when (limit?.IsCancellationRequested == true && !cancellationToken.IsCancellationRequested)
        {
            Failed(route, request, target, ProblemCode.DeadlineExceeded, start);
            throw route.Admission!.TimedOut(exception);
        }
        catch (MLOpsException exception)
        {
            Failed(route, request, target, exception.Code, start);
            throw;
        }
        catch (Exception exception) when (IsTransient(exception))
        {
            Failed(route, request, target, ProblemCode.Unavailable, start);
            throw;
        }
    }

    /// <summary>Each batch row as a step of a sequence that nobody goes on with. Together they are one request: only the last is counted, with the time of all.</summary>
    private async ValueTask<Prediction> StepsAsync(EndpointRoute route, PredictionRequest request, TimeSpan? timeout, TimeSpan waited, long start, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var id = $"rows-{Guid.NewGuid():N}";
            var joined = new StepOutputs();
            var steps = request.Inputs[0].Shape[0];
            var step = 0L;
            try
            {
                while (true)
                {
                    var isLast = step == steps - 1;
                    using var prediction = await RunAsync(
                        route,
                        request with { Inputs = StepOutputs.Row(request.Inputs, step), Sequence = new SequenceStep(id, step == 0, isLast), Part = isLast ? request.Part : RequestPart.History },
                        timeout,
                        waited,
                        start,
                        cancellationToken);
                    joined.Add(prediction.Result.Outputs);
                    if (isLast)
                    {
                        return prediction with { Result = new InferenceResult(joined.Join(), prediction.Result.Version, prediction.Result.Waited) };
                    }

                    step++;
                }
            }
            catch (MLOpsException exception) when (exception.Code == ProblemCode.InvalidArgument && step > 0 && attempt == 0)
            {
                // The first step fitted the model, and the others are like it: the replica that had the state is gone. Once more from the start.
                continue;
            }
        }
    }

    /// <param name="timeout">What is left of the request's time; null: no limit. A model that runs in this process is not interrupted: its answer is then refused.</param>
    /// <param name="waited">For the endpoint's limits to let it in.</param>
    /// <param name="start">When its time began.</param>
    private async ValueTask<Prediction> RunAsync(EndpointRoute route, PredictionRequest request, TimeSpan? timeout, TimeSpan waited, long start, CancellationToken cancellationToken)
    {
        RouteTarget? target = null;
        try
        {
            byte[]? message = null;
            long? failedAt = null;
            var wasSilent = false;
            for (var attempt = 0; ; attempt++)
            {
                target = route.PickAgain(request, target);
                var replica = target.Replica(request.Sequence?.Id, _engine);
                if (_engine is not null && await _engine.TryInferAsync(replica, request.Inputs, request.Outputs, request.Sequence) is { } result)
                {
                    if (IsLate(timeout, start))
                    {
                        result.Dispose();
                        throw route.Admission!.TimedOut();
                    }

                    return Succeeded(route, target, request, result, waited, start);
                }

                try
                {
                    message ??= TensorMessageCodec.Encode(request.Inputs, outputs: request.Outputs, sequence: request.Sequence);
                    var call = CallAsync(route, target, replica, request, message, cancellationToken);
                    (target, var answer) = timeout is { } limit
                        ? await call.WaitAsync(Left(limit, start), time, cancellationToken)
                        : await call;
                    var content = TensorMessageCodec.Decode(answer.Payload);
                    return Succeeded(route, target, request, new InferenceResult(content.Tensors, content.Version, answer.Waited), waited, start);
                }
                catch (Exception exception) when (MayRepeat(request, exception) && !IsLate(timeout, start))
                {
                    failedAt ??= time.GetTimestamp();
                    if (time.GetElapsedTime(failedAt.Value) >= RepeatsFor || (wasSilent && exception is TimeoutException))
                    {
                        throw;
                    }

                    // Silence may be a silo that is gone, or a model that takes longer than that: the second time it is the model, and more of it at once would not help.
                    wasSilent |= exception is TimeoutException;
                    var pause = Pauses[Math.Min(attempt, Pauses.Length - 1)];
                    await Task.Delay(timeout is { } most && Left(most, start) is var left && left < pause ? left : pause, time, cancellationToken);
                    route = await RefreshedAsync(route);
                }
            }
        }
        catch (InferenceException exception)
        {
            var problem = ServingProblem.Of(exception);
            Failed(route, request, target, problem.Code, start, exception.Error.ToString(), await BlameAsync(route, target, request, cancellationToken));
            throw problem;
        }
        catch (Exception exception) when (IsTransient(exception) && IsLate(timeout, start))
        {
            Failed(route, request, target, ProblemCode.DeadlineExceeded, start);
            throw route.Admission?.TimedOut(exception) ?? exception;
        }
        catch (MLOpsException exception)
        {
            Failed(route, request, target, exception.Code, start, blame: await BlameAsync(route, target, request, cancellationToken));
            throw;
        }
        catch (TimeoutException exception) when (request.Sequence is null)
        {
            Failed(route, request, target, ProblemCode.DeadlineExceeded, start);
            throw new MLOpsException(
                ProblemCode.DeadlineExceeded,
                $"Endpoint '{route.Endpoint.Name}': version {target?.Variant.ModelVersion} has not answered in 30 s, twice. A model that takes so long is for batch inference, or for a process of its own with the engine.",
                exception);
        }
        catch (Exception exception) when (IsTransient(exception))
        {
            Failed(route, request, target, ProblemCode.Unavailable, start);
            throw new MLOpsException(ProblemCode.Unavailable, $"No replica of endpoint '{route.Endpoint.Name}' can be reached: retry later.", exception);
        }
    }

    /// <summary>Asks the replica, and another one too when it stays silent.</summary>
    /// <returns>The answer, and whose it is.</returns>
    private async Task<(RouteTarget Target, ReplicaAnswer Answer)> CallAsync(
        EndpointRoute route, RouteTarget target, string replica, PredictionRequest request, byte[] message, CancellationToken cancellationToken)
    {
        async Task<(RouteTarget, ReplicaAnswer)> AskAsync(RouteTarget whom, string name, bool byGrain) =>
            (whom, await replicas.InferAsync(name, message, mayRepeat: request.Sequence is null, byGrain));

        async Task<(RouteTarget, ReplicaAnswer)> AskAnotherAsync()
        {
            var another = (await RefreshedAsync(route)).PickAgain(request, target);
            var name = another.NextReplica(_engine);
            return await AskAsync(another, name == replica ? another.NextReplica(_engine) : name, byGrain: true);
        }

        var first = AskAsync(target, replica, byGrain: false);
        return await (request.Sequence is null ? hedge.RunAsync(first, AskAnotherAsync, cancellationToken) : first.WaitAsync(cancellationToken));
    }

    /// <summary>The endpoint's own grain may have been on the silo that died: until it is back, what is known of it serves.</summary>
    private async Task<EndpointRoute> RefreshedAsync(EndpointRoute known)
    {
        try
        {
            return await routes.RefreshAsync(known.Endpoint.Name).WaitAsync(RefreshPatience, time);
        }
        catch (Exception exception) when (IsTransient(exception))
        {
            return known;
        }
    }

    private bool IsLate(TimeSpan? timeout, long start) => timeout is { } limit && time.GetElapsedTime(start) >= limit;

    private TimeSpan Left(TimeSpan limit, long start)
    {
        var left = limit - time.GetElapsedTime(start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether it may pass by itself.</summary>
    private static bool IsTransient(Exception exception) => exception is MLOpsException problem
        ? problem.Code == ProblemCode.Unavailable && problem.RetryAfter != Timeout.InfiniteTimeSpan
        : exception is OrleansException or TimeoutException;

    /// <summary>A sequence's step changes its state, so it is repeated only when the platform itself says that it was not run.</summary>
    private static bool MayRepeat(PredictionRequest request, Exception exception) =>
        IsTransient(exception) && (request.Sequence is null || exception is MLOpsException);

    /// <summary>Whose fault a refusal is, by the signature that callers know and the variant's own. Who asked for its version has to know better; of a sequence's tensors nobody knows, as its state's inputs are left out.</summary>
    private static async ValueTask<Blame> BlameAsync(EndpointRoute route, RouteTarget? target, PredictionRequest request, CancellationToken cancellationToken)
    {
        if (target is null || request.Version is not null)
        {
            return Blame.Unknown;
        }

        // Where its inputs could not be made, the caller's data does not fit it.
        if (request is { Source: { } source, Variant: null })
        {
            return !await source.FitsAsync(route.Reference, cancellationToken) ? Blame.Caller : target.Variant == route.Reference ? Blame.Unknown : Blame.Variant;
        }

        if (request.Sequence is not null)
        {
            return Blame.Unknown;
        }

        return !SignatureInputs.Fit(route.Reference.Signature!, request) ? Blame.Caller
            : SignatureInputs.Fit(target.Variant.Signature!, request) ? Blame.Unknown
            : Blame.Variant;
    }

    private void Failed(EndpointRoute route, PredictionRequest request, RouteTarget? target, ProblemCode code, long start, string? errorType = null, Blame blame = Blame.Unknown)
    {
        metrics.Failed(route, errorType ?? code.ToString(), target?.Variant, time.GetElapsedTime(start));
        // Two steps of one sequence at a time are the caller's mistake, as inputs that do not fit are.
        if (blame != Blame.Variant && (code is ProblemCode.InvalidArgument or ProblemCode.TooLarge or ProblemCode.NotImplemented or ProblemCode.Conflict))
        {
            // Who asked for its version says nothing of the others' callers, by whose refusals a canary is judged.
            if (request.Version is null)
            {
                target?.Statistics.Refuse(isMisfit: blame == Blame.Caller);
            }
        }
        else
        {
            target?.Statistics.Error();
        }
    }

    private Prediction Succeeded(EndpointRoute route, RouteTarget target, PredictionRequest request, InferenceResult result, TimeSpan waited, long start)
    {
        var duration = time.GetElapsedTime(start);
        var id = request.RequestId ?? RequestIds.Next();
        if (request.Part == RequestPart.History)
        {
            return new Prediction(result, target.Variant, id);
        }

        metrics.Succeeded(route, target.Variant, duration, waited, result.Waited, BatchSize.Of(request.Inputs, target.Variant.Signature!));
        target.Statistics.Success(duration);
        if (route.Endpoint.Monitored.Count > 0)
        {
            capture.Offer(route.Endpoint, target.Variant, request);
        }

        // A copy that is dropped would leave a shadow's state behind: steps of sequences are not mirrored.
        if (route.Shadows.Length > 0 && request.Sequence is null)
        {
            shadows.Offer(route, request, result);
        }

        if (route.RecordsEvery || route.CaptureRate > 0)
        {
            requests.Offer(route, target.Variant, request, result, id);
        }

        return new Prediction(result, target.Variant, id);
    }

    private enum Blame
    {
        /// <summary>The signatures do not tell.</summary>
        Unknown,

        /// <summary>The request fits nobody.</summary>
        Caller,

        /// <summary>Others take what it does not.</summary>
        Variant,
    }
}
