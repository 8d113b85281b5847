namespace MLOps.Models.Classical.Garch;

/// <summary>Log-likelihood of a constant-mean conditional-variance model with analytic first and second derivatives. θ = (μ, recursion…, ν if the density has one).</summary>
internal sealed class GarchLikelihood
{
    private readonly double[] _series;
    private readonly VarianceRecursion _recursion;
    private readonly InnovationDensity _density;
    private readonly VarianceState _state;
    private readonly double[] _score;

    public GarchLikelihood(double[] series, VarianceRecursion recursion, InnovationDensity density)
    {
        _series = series;
        _recursion = recursion;
        _density = density;
        Parameters = 1 + recursion.Parameters.Count + (density.HasShape ? 1 : 0);
        _state = new VarianceState(Parameters);
        _score = new double[Parameters];
    }

    /// <summary>Length of θ.</summary>
    public int Parameters { get; }

    public double Value(ReadOnlySpan<double> theta)
    {
        Begin(theta, 0);
        var sum = 0.0;
        foreach (var y in _series)
        {
            var residual = y - theta[0];
            sum += _density.Log(residual, _state.Variance);
            _recursion.Step(theta, residual, 0, _state);
        }

        return sum;
    }

    /// <summary>Value, gradient, Hessian and sum of the scores' outer products; the matrices are row-major.</summary>
    public double Evaluate(ReadOnlySpan<double> theta, double[] gradient, double[] hessian, double[] outerProducts)
    {
        Array.Clear(gradient);
        Array.Clear(hessian);
        Array.Clear(outerProducts);
        Begin(theta, 2);
        var sum = 0.0;
        var d = default(DensityDerivatives);
        foreach (var y in _series)
        {
            var residual = y - theta[0];
            sum += _density.Log(residual, _state.Variance);
            _density.Differentiate(residual, _state.Variance, ref d);
            Accumulate(in d, gradient, hessian, outerProducts);
            _recursion.Step(theta, residual, 2, _state);
        }

        Mirror(hessian);
        Mirror(outerProducts);
        return sum;
    }

    /// <summary>The conditional variances h₁…h_T and, as last element, the forecast h_{T+1}.</summary>
    public double[] Variances(ReadOnlySpan<double> theta)
    {
        Begin(theta, 0);
        var variances = new double[_series.Length + 1];
        for (var t = 0; t < _series.Length; t++)
        {
            variances[t] = _state.Variance;
            _recursion.Step(theta, _series[t] - theta[0], 0, _state);
        }

        variances[^1] = _state.Variance;
        return variances;
    }

    private void Begin(ReadOnlySpan<double> theta, int derivatives)
    {
        if (_density.HasShape)
        {
            _density.SetShape(theta[^1]);
        }

        _recursion.Start(theta, Presample.Of(_series, theta[0]), derivatives, _state);
    }

    /// <summary>Adds one observation by the chain rule through e(μ) and h(θ); fills the upper triangles only.</summary>
    private void Accumulate(in DensityDerivatives d, double[] gradient, double[] hessian, double[] outerProducts)
    {
        var n = Parameters;
        var h = _state.Gradient;
        for (var i = 0; i < n; i++)
        {
            _score[i] = d.H * h[i];
        }

        _score[0] -= d.E;
        if (_density.HasShape)
        {
            _score[n - 1] += d.Nu;
        }

        for (var i = 0; i < n; i++)
        {
            gradient[i] += _score[i];
            for (var j = i; j < n; j++)
            {
                hessian[(i * n) + j] += (d.HH * h[i] * h[j]) + (d.H * _state.Hessian[(i * n) + j]);
                outerProducts[(i * n) + j] += _score[i] * _score[j];
            }

            hessian[i] -= d.EH * h[i];
        }

        hessian[0] += d.EE - (d.EH * h[0]);
        if (_density.HasShape)
        {
            var last = n - 1;
            for (var i = 0; i < last; i++)
            {
                hessian[(i * n) + last] += d.HNu * h[i];
            }

            hessian[last] -= d.ENu;
            hessian[(last * n) + last] += d.NuNu;
        }
    }

    private void Mirror(double[] matrix)
    {
        for (var i = 0; i < Parameters; i++)
        {
            for (var j = 0; j < i; j++)
            {
                matrix[(i * Parameters) + j] = matrix[(j * Parameters) + i];
            }
        }
    }
}
