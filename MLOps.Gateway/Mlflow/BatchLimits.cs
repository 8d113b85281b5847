using System.Globalization;
using MLOps.Contracts.Experiments;

namespace MLOps.Gateway.Mlflow;

/// <summary>How much one log-batch may carry.</summary>
internal static class BatchLimits
{
    private const int MaxMetrics = 1000;
    private const int MaxParams = 100;
    private const int MaxTags = 100;
    private const int MaxTotal = 1000;

    public static void Check(int metrics, List<KeyValue> parameters, int tags)
    {
        Within(metrics, MaxMetrics, "metrics");
        Within(parameters.Count, MaxParams, "params");
        Within(tags, MaxTags, "tags");
        Within(metrics + parameters.Count + tags, MaxTotal, "metrics, params, and tags");
        var duplicates = parameters.GroupBy(parameter => parameter.Key).Where(group => group.Count() > 1).Select(group => $"'{group.Key}'").ToList();
        if (duplicates.Count > 0)
        {
            throw MlflowRequest.Invalid(
                $"Duplicate parameter keys have been submitted: [{string.Join(", ", duplicates)}]. Please ensure the request contains only one param value per param key.");
        }
    }

    private static void Within(int count, int limit, string what)
    {
        if (count > limit)
        {
            throw MlflowRequest.Invalid(string.Create(
                CultureInfo.InvariantCulture,
                $"A batch logging request can contain at most {limit} {what}. Got {count} {what}. Please split up {what} across multiple requests and try again."));
        }
    }
}
