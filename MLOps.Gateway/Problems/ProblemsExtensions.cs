using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace MLOps.Gateway.Problems;

/// <summary>One error vocabulary, one rendering per protocol.</summary>
public static class ProblemsExtensions
{
    public static IHostApplicationBuilder AddProblems(this IHostApplicationBuilder builder) => builder;

    public static WebApplication UseProblems(this WebApplication app) => app;
}
