using System.Globalization;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.OpenInference;

/// <summary>Inference by the Open Inference Protocol, JSON and binary.</summary>
internal static class InferHandlers
{
    public static async Task<IResult> InferAsync(
        HttpContext context,
        string model,
        string? version,
        RoutingTable routes,
        EndpointInvoker invoker,
        TimeProvider time,
        CancellationToken cancellationToken)
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
        return Results.Empty;
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
