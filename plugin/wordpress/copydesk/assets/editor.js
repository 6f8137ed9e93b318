/* The block editor says "Draft saved." after a hold, and draws no meta box again: this says why, and draws it. */
(function (wp, settings) {
    'use strict';

    var NOTICE = 'copydesk';
    var OPEN = ['held', 'flagged', 'observed', 'unscored_held', 'unscored_live'];
    var select = wp.data.select;
    var dispatch = wp.data.dispatch;
    var wasSaving = false;
    var ready = false;

    function post() {
        return select('core/editor').getCurrentPost() || {};
    }

    function say(kind, text, actions) {
        dispatch('core/notices').createNotice(kind, text, {
            id: NOTICE, isDismissible: true, actions: actions || [], speak: true
        });
    }

    function act(action) {
        if (select('core/editor').isEditedPostDirty()) {
            say('warning', settings.texts.unsaved, actions());
            return;
        }
        var request = { path: settings.path + post().id + '/' + action, method: 'POST', data: { hash: (post().copydesk || {}).hash } };
        wp.apiFetch(request).then(function () {
            window.location.reload();
        }).catch(function (error) {
            say('error', 'Copydesk: ' + error.message);
        });
    }

    function actions() {
        var state = (post().copydesk || {}).state;
        if (!settings.mayRelease || state === 'observed') {
            return [];
        }
        var found = [{ label: settings.texts.release, onClick: function () { act('release'); } }];
        if (state === 'held' || state === 'flagged') {
            found.push({ label: settings.texts.clean, onClick: function () { act('clean'); } });
        }
        return found;
    }

    function show() {
        var found = post().copydesk;
        if (!found) {
            return;
        }
        if (OPEN.indexOf(found.state) < 0 || !found.current) {
            dispatch('core/notices').removeNotice(NOTICE);
            return;
        }
        if (post().status === 'pending') {
            // WordPress's own line would say that a draft was saved; some versions say it a little later.
            removeCoreNotice();
            setTimeout(removeCoreNotice, 500);
        }
        say('warning', 'Copydesk: ' + found.summary, actions());
    }

    function removeCoreNotice() {
        dispatch('core/notices').removeNotice('SAVE_POST_NOTICE_ID');
    }

    /* The panel that asks "Are you ready to publish?" stays open after a hold, and covers the box. */
    function showBox() {
        var found = post().copydesk;
        var panels = ['core/editor', 'core/edit-post'].filter(function (name) {
            return select(name) && select(name).isPublishSidebarOpened && dispatch(name).closePublishSidebar;
        });
        if (!found || post().status !== 'pending' || OPEN.indexOf(found.state) < 0 || !panels.length) {
            return;
        }
        if (select(panels[0]).isPublishSidebarOpened()) {
            dispatch(panels[0]).closePublishSidebar();
            dispatch('core/edit-post').openGeneralSidebar('edit-post/document');
        }
    }

    function redraw() {
        var body = document.getElementById('copydesk-box-body');
        if (body && post().id) {
            wp.apiFetch({ path: settings.path + post().id }).then(function (answer) {
                body.innerHTML = answer.html;  // made and escaped by the server, as on the first page
            }).catch(function () {});
        }
    }

    wp.data.subscribe(function () {
        var editor = select('core/editor');
        if (!editor || !post().id) {
            return;
        }
        if (!ready) {
            ready = true;
            (settings.said || []).forEach(function (notice) {
                dispatch('core/notices').createNotice(notice.kind, 'Copydesk: ' + notice.text, { isDismissible: true });
            });
            if (post().status !== 'auto-draft') {
                show();
            }
        }
        var isSaving = editor.isSavingPost() && !editor.isAutosavingPost();
        if (wasSaving && !isSaving && editor.didPostSaveRequestSucceed()) {
            // After the editor's own notice, which is made when the same request ends.
            setTimeout(show, 0);
            setTimeout(showBox, 0);
            setTimeout(redraw, 0);
        }
        wasSaving = isSaving;
    });
})(window.wp, window.copydeskEditor);
