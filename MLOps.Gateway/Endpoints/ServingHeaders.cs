using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace MLOps.Gateway.Endpoints;

/// <summary>Headers of inference requests and answers.</summary>
internal static class ServingHeaders
{
    /// <summary>Length of the JSON part, by the binary tensor data extension.</summary>
    public const string InferenceHeaderLength = "Inference-Header-Content-Length";

    private const string VariantHeader = "X-MLOps-Variant";
    private const string ModelVersionHeader = "X-MLOps-Model-Version";
    private const string RequestIdHeader = "X-Request-Id";

    /// <summary>The id that the caller gave the request, in the protocol's own place or as a header; null: none that can be a key.</summary>
    public static string? RequestId(HttpContext context, string? given = null) => RequestIds.Accept(given ?? context.Request.Headers[RequestIdHeader].ToString());

    /// <summary>Says who answered, and by which id an outcome is attached to the answer.</summary>
    public static void Set(HttpResponse response, Prediction prediction)
    {
        response.Headers[VariantHeader] = prediction.Variant.Spec.Name;
        response.Headers[ModelVersionHeader] = prediction.Result.Version.ToString(CultureInfo.InvariantCulture);
        response.Headers[RequestIdHeader] = prediction.RequestId;
    }
}
