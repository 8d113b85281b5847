using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>Every route that a running MLflow 3.11 lists is served here, or answers 501 with its name and is in the documents' list of those.</summary>
public sealed partial class ListedRoutesTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const int Routes = 394;

    /// <summary>The files of MLflow's own pages; and a path that MLflow lists by a slip, without the slash, and does not have itself.</summary>
    private static readonly string[] NotOurs = ["/", "/build/<path:filename>", "/static-files/<path:path>", "/api/2.0mlflow/experiments/search-datasets", "/ajax-api/2.0mlflow/experiments/search-datasets"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EachRoute_IsServedOrAnswers501AsTheDocumentsSay()
    {
        var documented = Documented();
        var listed = Listed().ToList();
        Assert.Equal(Routes, listed.Count);
        var missing = new HashSet<string>();
        var faults = new List<string>();
        foreach (var (method, path) in listed.Where(route => !NotOurs.Contains(route.Path)))
        {
            var (status, code, message) = await AskAsync(method, Parameter().Replace(path, "x"));
            var name = Name(method, path);
            if (status == HttpStatusCode.NotImplemented && message.StartsWith(Ending().Replace(name.Replace(" /api", " ", StringComparison.Ordinal), string.Empty), StringComparison.Ordinal))
            {
                missing.Add(name);
                if (!documented.Contains(name))
                {
                    faults.Add($"{name} answers 501 and is not in docs/mlflow-differences.md");
                }
            }
            else if (status == HttpStatusCode.MethodNotAllowed || code == "ENDPOINT_NOT_FOUND" || (status == HttpStatusCode.NotFound && code is null))
            {
                faults.Add($"{method} {path} is not there: {(int)status} {message}");
            }
        }

        faults.AddRange(documented.Except(missing).Select(name => $"{name} is in docs/mlflow-differences.md, and MLflow has no such route, or it is served"));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>The list has MLflow's internal twins apart; a route has one name for both.</summary>
    private static string Name(string method, string path) => $"{method} {Spelled(path).TrimEnd('/').Replace("/ajax-api/", "/api/", StringComparison.Ordinal)}";

    /// <summary>A parameter is <c>&lt;path:name&gt;</c> to MLflow's first server and <c>{name}</c> to its second, as to us.</summary>
    private static string Spelled(string path) => Parameter().Replace(path, parameter => $"{{{parameter.Groups["name"].Value}}}");

    private static IEnumerable<(string Method, string Path)> Listed() =>
        from line in File.ReadLines(RepositoryRoot.Combine("tests", "data", "mlflow-routes.txt"))
        let parts = Line().Match(line)
        where parts.Success
        from method in parts.Groups["methods"].Value.Split(',')
        from path in parts.Groups["twin"].Success ? [parts.Groups["path"].Value, "/ajax-api" + parts.Groups["path"].Value["/api".Length..]] : new[] { parts.Groups["path"].Value }
        select (method, path);

    /// <summary>The routes in the document's lists, those of the AI gateway with each of their endings.</summary>
    private static HashSet<string> Documented() => [.. DocumentedRoute().Matches(File.ReadAllText(RepositoryRoot.Combine("docs", "mlflow-differences.md"))).SelectMany(route =>
        route.Groups["ends"].Captures.Count == 0 ? [route.Groups["name"].Value] : route.Groups["ends"].Captures.Select(end => route.Groups["name"].Value + end.Value))];

    private async Task<(HttpStatusCode Status, string? Code, string Message)> AskAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method is "GET" ? null : new StringContent("{}", Encoding.UTF8, "application/json") };
        using var answer = await platform.Http.SendAsync(request, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error_code", out var code)
                ? (answer.StatusCode, code.GetString(), json.RootElement.GetProperty("message").GetString() ?? string.Empty)
                : (answer.StatusCode, null, text);
        }
        catch (JsonException)
        {
            return (answer.StatusCode, null, text);
        }
    }

    [GeneratedRegex(@"^(?<methods>[A-Z,]+)\s+(?<twin>A\s+)?(?<path>/\S*)")]
    private static partial Regex Line();

    [GeneratedRegex(@"[<{](?:path:)?(?<name>\w+)[>}]")]
    private static partial Regex Parameter();

    /// <summary>What a path of the AI gateway ends in is to us a part of its parameter.</summary>
    [GeneratedRegex(@":\w+$")]
    private static partial Regex Ending();

    [GeneratedRegex(@"^- `(?<name>[A-Z]+ /[^`]+)`(?:, with `(?<ends>:\w+)` or `(?<ends>:\w+)` at its end)?\r?$", RegexOptions.Multiline)]
    private static partial Regex DocumentedRoute();
}
