using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MLOps.Gateway.Access;

/// <summary>Adds what asks callers who they are.</summary>
internal static class AccessExtensions
{
    public static IHostApplicationBuilder AddAccess(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<AccessOptions, AccessOptionsValidator>()
            .BindConfiguration(AccessOptions.SectionName)
            .PostConfigure(options =>
            {
                // A variable that a compose file passes on unset is empty.
                options.Username = string.IsNullOrEmpty(options.Username) ? null : options.Username;
                options.Password = string.IsNullOrEmpty(options.Password) ? null : options.Password;
                options.Token = string.IsNullOrEmpty(options.Token) ? null : options.Token;
            });
        builder.Services.AddSingleton<AccessGuard>();
        return builder;
    }
}
