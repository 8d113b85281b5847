using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Hosting;

/// <summary>Every native route is described, and the description is of what is answered.</summary>
public sealed partial class OpenApiTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Routes_OfOurOwn_HaveANameASummaryAndADocumentedError()
    {
        var routes = NativeRoutes().ToList();
        Assert.NotEmpty(routes);
        Assert.All(routes, route =>
        {
            Assert.False(string.IsNullOrWhiteSpace(route.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary), $"{route.DisplayName} has no summary");
            Assert.False(string.IsNullOrWhiteSpace(route.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName), $"{route.DisplayName} has no name");
            Assert.True(
                route.Metadata.OfType<IProducesResponseTypeMetadata>().Any(answer => answer.StatusCode >= 400 && answer.Type == typeof(ProblemDetails)),
                $"{route.DisplayName} documents no error: use WithProblems()");
        });
    }

    /// <summary>Bodies are read strictly, but answers may get new members: no schema may forbid those.</summary>
    [Fact]
    public async Task Document_Schemas_AreOpen() =>
        Assert.DoesNotContain("\"additionalProperties\": false", await platform.Http.GetStringAsync("/openapi/v1.json", Ct), StringComparison.Ordinal);

    [Fact]
    public async Task Document_OfEveryOperation_HasExamplesThatFitItsSchema()
    {
        var document = await platform.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Ct);
        var faults = new List<string>();
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).ToList();
        Assert.Equal(NativeRoutes().Count(), operations.Count);
        foreach (var operation in operations.Select(entry => entry.Value))
        {
            var id = operation.GetProperty("operationId").GetString()!;
            if (operation.TryGetProperty("requestBody", out var request))
            {
                Check($"{id} request", request.GetProperty("content"), document, faults);
            }

            foreach (var response in operation.GetProperty("responses").EnumerateObject())
            {
                if (response.Value.TryGetProperty("content", out var content))
                {
                    Check($"{id} {response.Name}", content, document, faults);
                }
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    public async Task Document_OfAProblem_HasItsCode()
    {
        var document = await platform.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Ct);
        var code = document.GetProperty("components").GetProperty("schemas").GetProperty("ProblemDetails").GetProperty("properties").GetProperty("code");
        Assert.Contains("NotFound", code.GetProperty("enum").EnumerateArray().Select(value => value.GetString()));
        Assert.All(
            document.GetProperty("paths").EnumerateObject().Select(path => path.Name),
            path => Assert.True(path.StartsWith("/api/v1/", StringComparison.Ordinal) || path.StartsWith("/mlops/", StringComparison.Ordinal), path));
    }

    [Fact]
    public async Task Page_AtOpenApi_NamesNoOtherHostAndForbidsThemAll()
    {
        using var page = await platform.Http.GetAsync("/openapi", Ct);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var html = await page.Content.ReadAsStringAsync(Ct);
        Assert.DoesNotContain(Links().Matches(html), link => !link.Value.Contains("127.0.0.1", StringComparison.Ordinal));
        var scripts = Scripts().Matches(html).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            using var answer = await platform.Http.GetAsync(new Uri(page.RequestMessage!.RequestUri!, script), Ct);
            Assert.True(answer.IsSuccessStatusCode, $"{script}: {answer.StatusCode}");
        }
    }

    private static void Check(string what, JsonElement contents, JsonElement document, List<string> faults)
    {
        foreach (var content in contents.EnumerateObject().Select(entry => entry.Value))
        {
            if (!content.TryGetProperty("example", out var example))
            {
                faults.Add($"{what} has no example");
            }
            else if (content.TryGetProperty("schema", out var schema))
            {
                Fit(what, example, schema, document, faults);
            }
        }
    }

    /// <summary>An object of the example has exactly its schema's members, at every depth; members that may be left out may be missing.</summary>
    private static void Fit(string what, JsonElement example, JsonElement schema, JsonElement document, List<string> faults)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        }

        if (schema.TryGetProperty("oneOf", out var choices))
        {
            if (example.ValueKind != JsonValueKind.Null)
            {
                Fit(what, example, choices.EnumerateArray().Last(), document, faults);
            }
        }
        else if (example.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            foreach (var item in example.EnumerateArray())
            {
                Fit(what, item, items, document, faults);
            }
        }
        else if (example.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties))
        {
            foreach (var member in example.EnumerateObject())
            {
                if (properties.TryGetProperty(member.Name, out var property))
                {
                    Fit($"{what}.{member.Name}", member.Value, property, document, faults);
                }
                else
                {
                    faults.Add($"{what}: the example has '{member.Name}', the schema has not");
                }
            }

            foreach (var required in schema.TryGetProperty("required", out var names) && !what.Contains("request", StringComparison.Ordinal) ? names.EnumerateArray() : default)
            {
                if (!example.TryGetProperty(required.GetString()!, out _))
                {
                    faults.Add($"{what}: the schema has '{required.GetString()}', the example has not");
                }
            }
        }
    }

    [GeneratedRegex("https?://[^\"'\\s<>\\\\]+")]
    private static partial Regex Links();

    [GeneratedRegex("(?:src|from)\\s*=?\\s*[\"']([^\"']+\\.js[^\"']*)[\"']")]
    private static partial Regex Scripts();

    private IEnumerable<RouteEndpoint> NativeRoutes() => platform.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(route => route.RoutePattern.RawText is { } pattern
            && (pattern.StartsWith("/api/v1/", StringComparison.Ordinal) || pattern.StartsWith("/mlops/", StringComparison.Ordinal)));
}
