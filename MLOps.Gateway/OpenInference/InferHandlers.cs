using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.OpenInference;

/// <summary>Inference by the Open Inference Protocol, JSON and binary. The server calls it as it is: binding, filters and results made for each request cost a small model's request half of what the model does.</summary>
internal sealed class InferHandlers(RoutingTable routes, EndpointInvoker invoker, OpenInferenceErrors errors, TimeProvider time)
{
    /// <summary>What descriptions of the API read.</summary>
    public static MethodInfo Described { get; } = typeof(InferHandlers).GetMethod(nameof(Describe), BindingFlags.NonPublic | BindingFlags.Static)!;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            OpenInferenceErrors.CheckPath(context);
            await InferAsync(context, (string)context.Request.RouteValues["model"]!, (string?)context.Request.RouteValues["version"], context.RequestAborted);
        }
#pragma warning disable CA1031 // All are the protocol's to render, those of a bug too.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await errors.Of(context, exception).ExecuteAsync(context);
        }
    }

    private static IResult Describe(string model, string? version) => throw new InvalidOperationException($"{model} {version}");

    private async Task InferAsync(HttpContext context, string model, string? version, CancellationToken cancellationToken)
    {
        var route = await routes.GetAsync(model);

        // Before the body is read: what nobody serves is not found, whatever is sent to it.
        route.CheckServes(version);
        using var body = await InferenceBody.ReadAsync(context, cancellationToken);
        var headerLength = HeaderLength(context);
        using var request = headerLength == 0 ? OipRequestCodec.Raw() : OipRequestCodec.Read(body.Memory, headerLength);
        var call = InferenceCall.Of(request, version, context, time);
        using var prediction = await invoker.InferAsync(
            model,
            headerLength == 0 ? call with { Source = new RawBodySource(body.Memory) } : call,
            cancellationToken);

        using var answer = new PooledBuffer(Array.MaxLength);
        var answeredBy = prediction.Result.Version.ToString(CultureInfo.InvariantCulture);
        var jsonLength = OipResponseCodec.Write(new OipResponse(model, answeredBy, prediction.Variant.Spec.Name, prediction.Result), request, answer);

        ServingHeaders.Set(context.Response, prediction);
        context.Response.ContentType = jsonLength is null ? "application/json" : "application/octet-stream";
        if (jsonLength is { } length)
        {
            context.Response.Headers[ServingHeaders.InferenceHeaderLength] = length.ToString(CultureInfo.InvariantCulture);
        }

        await InferenceAnswer.WriteAsync(context, answer, cancellationToken);
    }

    /// <returns>Null: the header is not there, so the body is JSON alone.</returns>
    private static int? HeaderLength(HttpContext context)
    {
        if (!context.Request.Headers.TryGetValue(ServingHeaders.InferenceHeaderLength, out var values))
        {
            return null;
        }

        return int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw new InferenceException(InferenceError.InvalidRequest, $"{ServingHeaders.InferenceHeaderLength} must be the length in bytes of the body's JSON part.");
    }
}
