/* After quick edit, WordPress puts a new row into the list: says what its Copydesk column says, where somebody sees it. */
(function ($) {
    'use strict';

    function show(row) {
        var badge = row.querySelector('.copydesk-badge');
        var summary = badge ? badge.getAttribute('data-summary') : '';
        var old = document.getElementById('copydesk-quick-edit');
        if (old) {
            old.remove();
        }
        if (!summary) {
            return;
        }
        var title = row.querySelector('.row-title');
        var notice = document.createElement('div');
        var line = document.createElement('p');
        notice.id = 'copydesk-quick-edit';
        notice.className = 'notice notice-warning';
        notice.setAttribute('role', 'status');
        line.textContent = 'Copydesk: ' + (title ? title.textContent.trim() + ': ' : '') + summary;
        notice.appendChild(line);
        document.querySelector('.wp-header-end').insertAdjacentElement('afterend', notice);
    }

    $(document).on('ajaxComplete', function (event, request, settings) {
        var sent = typeof settings.data === 'string' ? new URLSearchParams(settings.data) : null;
        if (!sent || sent.get('action') !== 'inline-save') {
            return;
        }
        // The row is drawn in the request's own handler, which may come after this one.
        setTimeout(function () {
            var row = document.getElementById('post-' + parseInt(sent.get('post_ID'), 10));
            if (row) {
                show(row);
            }
        }, 50);
    });
})(jQuery);
